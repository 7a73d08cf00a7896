extension PortalContext {
    /// Waits until something is signalled, so much time has passed, or the server is about to stop.
    ///
    /// For an answer that comes when there is something to say. Whoever waits isn't counted among the requests being
    /// answered any more, so that any number may.
    package func wait(for signal: AsyncStream<Void>, atMost limit: Duration) async {
        place?.giveBack()
        let (stop, stopping) = AsyncStream.makeStream(of: Void.self)
        let ticket = ending.shutdown?.whenBegun { stopping.finish() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in signal { return } }
            group.addTask { for await _ in stop {} }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
        withExtendedLifetime(ticket) {}
    }
}
