import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Watches one connection below everything else: how long its client makes us wait for a body and how long it leaves
/// answers unread; and sees to it that an answer with `Connection: close` ends the connection and is read.
///
/// Also puts the security headers on the one answer that the site never sees, Hummingbird's own 400 to bytes that
/// aren't HTTP.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ServerLimits
    /// Addresses whose bodies may have any length and take any time, as long as they keep the pace.
    private let streams: Set<String>
    private let securityHeaders: SecurityHeaders
    private var isStream = false
    private var body: BodyPace?
    private var bodyCheck: Scheduled<Void>?
    private var unreadCheck: Scheduled<Void>?
    /// After a refused body nothing more of what the client sends is wanted.
    private var isDeaf = false
    private var closesAfterAnswer = false
    private var streamsEvents = false
    private let admit: @Sendable (String?) -> InFlight.Place?
    /// This connection's place among those of its address.
    private var place: InFlight.Place?

    init(
        limits: ServerLimits, streams: Set<String> = [], securityHeaders: SecurityHeaders,
        admit: @escaping @Sendable (String?) -> InFlight.Place?
    ) {
        self.limits = limits
        self.streams = streams
        self.securityHeaders = securityHeaders
        self.admit = admit
    }

    func handlerAdded(context: ChannelHandlerContext) {
        place = admit(context.remoteAddress?.ipAddress)
        if place == nil { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDeaf else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            isStream = !streams.isEmpty && streams.contains(head.path.map { String($0.prefix { $0 != "?" }) } ?? "")
            body = BodyPace(at: .now())
            watchBody(context)
        case .body(let chunk):
            body?.received(chunk.readableBytes, at: .now())
            if let body, !isStream, body.bytes > limits.bodyBytes { return refuse(.tooLarge, context) }
        case .end:
            body = nil
            bodyCheck?.cancel()
        }
        context.fireChannelRead(data)
    }

    /// Asked for more by whoever reads the body: from here on it is the client that is waited for.
    func read(context: ChannelHandlerContext) {
        body?.asked(at: .now())
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            guard head.status.kind != .informational else { return context.write(data, promise: promise) }
            var isOurs = false
            (streamsEvents, closesAfterAnswer) = (false, false)
            for field in head.headerFields {
                switch field.name {
                case .contentType: streamsEvents = field.value == EventStream.contentType
                case .connection: closesAfterAnswer = field.value == "close"
                case .contentSecurityPolicy: isOurs = true
                default: continue
                }
            }
            if !isOurs { securityHeaders.apply(to: &head.headerFields) }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            streamsEvents = false
            guard closesAfterAnswer else { return context.write(data, promise: promise) }
            context.writeAndFlush(data, promise: promise)
            hangUp(context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            // Whoever follows events never shuts only half of the connection: the browser went away. And whoever was
            // refused has stopped sending.
            if streamsEvents || isDeaf && closesAfterAnswer { return context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        unreadCheck?.cancel()
        if !context.channel.isWritable {
            unreadCheck = schedule(context, in: TimeAmount(limits.unread)) { _, context in
                context.close(promise: nil)
            }
        }
        context.fireChannelWritabilityChanged()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        bodyCheck?.cancel()
        unreadCheck?.cancel()
    }

    private func watchBody(_ context: ChannelHandlerContext) {
        bodyCheck?.cancel()
        bodyCheck = schedule(context, in: TimeAmount(limits.bodyGrace)) { handler, context in
            guard let body = handler.body else { return }
            if body.isTooSlow(at: .now(), handler.limits, isStream: handler.isStream) {
                return handler.refuse(.tooSlow, context)
            }
            handler.watchBody(context)
        }
    }

    /// Lets whoever reads the body know; the answer that follows closes the connection.
    private func refuse(_ failure: RequestFailure, _ context: ChannelHandlerContext) {
        isDeaf = true
        body = nil
        bodyCheck?.cancel()
        context.fireErrorCaught(failure)
    }

    /// Closes our half, swallows what the client still sends, and then closes the rest. Closed at once with bytes
    /// unread, the system would reset the connection and the client might never see the answer.
    private func hangUp(_ context: ChannelHandlerContext) {
        isDeaf = true
        body = nil
        bodyCheck?.cancel()
        context.close(mode: .output, promise: nil)
        _ = schedule(context, in: TimeAmount(limits.linger)) { _, context in context.close(promise: nil) }
    }

    private func schedule(
        _ context: ChannelHandlerContext, in delay: TimeAmount,
        _ action: @escaping (ConnectionGuard, ChannelHandlerContext) -> Void
    ) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [weak self] in
            guard let self, context.channel.isActive else { return }
            action(self, context)
        }
    }
}

/// How much of a body has come, and how long the client was waited for meanwhile. Time in which nobody asked for more
/// is our own slowness and doesn't count.
struct BodyPace {
    private(set) var bytes = 0
    private var waited: TimeAmount = .zero
    private var askedAt: NIODeadline?

    init(at now: NIODeadline) { askedAt = now }

    mutating func received(_ count: Int, at now: NIODeadline) {
        bytes += count
        if let askedAt { waited = waited + (now - askedAt) }
        askedAt = nil
    }

    mutating func asked(at now: NIODeadline) {
        if askedAt == nil { askedAt = now }
    }

    func isTooSlow(at now: NIODeadline, _ limits: ServerLimits, isStream: Bool = false) -> Bool {
        let waited = self.waited + (askedAt.map { now - $0 } ?? .zero)
        let beyond = waited - TimeAmount(limits.bodyGrace)
        if !isStream, waited > TimeAmount(limits.bodyDeadline) { return true }
        return beyond > .zero && Double(bytes) < Double(limits.bodyPace) * Double(beyond.nanoseconds) / 1e9
    }
}
