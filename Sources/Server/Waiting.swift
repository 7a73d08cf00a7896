extension PortalContext {
    /// Waits until something is signalled; false when an instant passed first, or the server is about to stop.
    ///
    /// For an answer that comes when there is something to say. Whoever waits isn't counted among the requests being
    /// answered any more, so that any number may.
    package func wait(for signal: AsyncStream<Void>, until end: ContinuousClock.Instant) async -> Bool {
        place?.giveBack()
        let (stop, stopping) = AsyncStream.makeStream(of: Void.self)
        let ticket = ending.shutdown?.whenBegun { stopping.finish() }
        let isSignalled = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in signal { return true }
                return false
            }
            group.addTask {
                for await _ in stop {}
                return false
            }
            group.addTask {
                try? await Task.sleep(until: end, clock: .continuous)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
        withExtendedLifetime(ticket) {}
        return isSignalled
    }
}
