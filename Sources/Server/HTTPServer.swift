import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle

/// Serves a site on a socket until it is told to stop.
///
/// On a graceful shutdown: not ready at once and answers close their connections; after `drainDelay` no new connection
/// is taken; requests in flight have `drain` to finish. Put it last among the services, so that it is stopped first.
package struct HTTPServer: Service {
    private let site: Site
    private let logger: Logger
    private let onRunning: @Sendable (_ port: Int) async -> Void

    /// - Parameter onRunning: called with the port once connections are taken.
    package init(_ site: Site, logger: Logger, onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }) {
        self.site = site
        self.logger = logger
        self.onRunning = onRunning
    }

    package func run() async throws {
        let limits = site.settings.limits
        var configuration = ServiceGroupConfiguration(services: [application(limits)], logger: logger)
        configuration.maximumGracefulShutdownDuration = limits.drain
        let group = ServiceGroup(configuration: configuration)
        // Detached, because a group within a group is stopped with it at once, without `drainDelay`.
        let serving = Task.detached { try await group.run() }
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await serving.value
            } onGracefulShutdown: {
                site.shutdown.begin()
                Task {
                    try? await Task.sleep(for: limits.drainDelay)
                    await group.triggerGracefulShutdown()
                }
            }
        } onCancel: {
            serving.cancel()
        }
    }

    private func application(_ limits: ServerLimits) -> some Service {
        let headers = site.securityHeaders
        let streams = site.streams
        var configuration = ApplicationConfiguration(
            address: .hostname(site.settings.host, port: site.settings.port), backlog: 1024)
        configuration.availableConnectionsDelegate = MaximumAvailableConnections(limits.connections)
        return Application(
            responder: site,
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [
                        ConnectionGuard(
                            limits: limits, streams: streams, securityHeaders: headers,
                            admit: { [site] in site.admit($0) })
                    ],
                    idleTimeout: TimeAmount(limits.idle),
                    httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                        maxHeaderFieldSize: limits.headerFieldBytes, maxHeaderListSize: limits.headerListBytes,
                        maxHeaderFieldCount: limits.headerFields))),
            configuration: configuration,
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
            logger: logger)
    }
}
