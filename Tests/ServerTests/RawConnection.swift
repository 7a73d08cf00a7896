import Dispatch
import Glibc

/// A socket without a library, to send what no HTTP client would.
final class RawConnection: Sendable {
    private let descriptor: Int32

    struct Failure: Error {}

    /// - Parameter timeout: seconds that a read waits before it gives up.
    init(port: Int, timeout: Int = 8) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var wait = timeval(tv_sec: timeout, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let descriptor = descriptor
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw Failure() }
    }

    deinit { close(descriptor) }

    /// Sends bytes; false when the other side is gone.
    @discardableResult
    func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Everything until the other side closes, or until `mark` has come, or until nothing came for too long (then with
    /// `…` at the end).
    func read(until mark: String? = nil) async -> String {
        let descriptor = descriptor
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var all: [UInt8] = []
                var chunk = [UInt8](repeating: 0, count: 65_536)
                while true {
                    let count = recv(descriptor, &chunk, chunk.count, 0)
                    guard count > 0 else {
                        let ending = count < 0 && errno == EAGAIN ? "…" : ""
                        continuation.resume(returning: String(decoding: all, as: UTF8.self) + ending)
                        return
                    }
                    all += chunk[..<count]
                    let text = String(decoding: all, as: UTF8.self)
                    if let mark, text.contains(mark) { return continuation.resume(returning: text) }
                }
            }
        }
    }
}
