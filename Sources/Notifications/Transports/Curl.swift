package import CCurl
import Dispatch
import FoundationEssentials
import Synchronization

/// libcurl, one transfer at a time on a thread of its own; the connection is kept from one to the next.
package final class Curl: Sendable {
    /// What came of a transfer: libcurl's own code, the last code that the other side answered with (0: none), the
    /// beginning of what it said.
    package struct Answer: Sendable {
        package let code: UInt32
        package let status: Int
        package let body: [UInt8]

        /// Why nobody answered as they should.
        package var trouble: String {
            switch code {
            case CURLE_OPERATION_TIMEDOUT.rawValue: "timeout"
            case CURLE_COULDNT_RESOLVE_HOST.rawValue: "unknown-host"
            case CURLE_COULDNT_CONNECT.rawValue: "no-connection"
            case CURLE_SSL_CONNECT_ERROR.rawValue, CURLE_PEER_FAILED_VERIFICATION.rawValue,
                CURLE_USE_SSL_FAILED.rawValue:
                "no-secure-connection"
            case CURLE_LOGIN_DENIED.rawValue: "sign-in-refused"
            default: "cut-off"
            }
        }
    }

    /// One transfer, set up in Swift's types.
    package struct Transfer: Sendable {
        package var texts: [(CURLoption, String)] = []
        package var numbers: [(CURLoption, Int)] = []
        package var lists: [(CURLoption, [String])] = []
        /// Sent to the other side.
        package var upload: [UInt8] = []
        /// Bytes of an answer that are looked at; one that is longer is cut off.
        package var longestAnswer = 65_536

        package init() {}
    }

    private let queue: DispatchQueue
    private let handle: Mutex<Handle>

    private struct Handle: ~Copyable {
        let curl: UnsafeMutableRawPointer?
        deinit { curl_easy_cleanup(curl) }
    }

    /// Longest that a connection and a whole transfer may take, unless the transfer says less.
    static let connectSeconds = 10
    static let transferSeconds = 30

    private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    package init(label: String) {
        queue = DispatchQueue(label: label)
        _ = Self.isReady
        handle = Mutex(Handle(curl: curl_easy_init()))
    }

    package func perform(_ transfer: Transfer) async -> Answer {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                continuation.resume(returning: handle.withLock { Self.perform(transfer, on: $0.curl) })
            }
        }
    }

    private static func perform(_ transfer: Transfer, on curl: UnsafeMutableRawPointer?) -> Answer {
        guard let curl else { return Answer(code: CURLE_FAILED_INIT.rawValue, status: 0, body: []) }
        curl_easy_reset(curl)
        portal_curl_number(curl, CURLOPT_NOSIGNAL, 1)
        portal_curl_number(curl, CURLOPT_CONNECTTIMEOUT, connectSeconds)
        portal_curl_number(curl, CURLOPT_TIMEOUT, transferSeconds)
        for (option, value) in transfer.numbers { portal_curl_number(curl, option, value) }
        for (option, value) in transfer.texts { portal_curl_text(curl, option, value) }
        var lists: [UnsafeMutablePointer<curl_slist>?] = []
        defer { lists.forEach { curl_slist_free_all($0) } }
        for (option, values) in transfer.lists {
            let list = values.reduce(nil as UnsafeMutablePointer<curl_slist>?) { curl_slist_append($0, $1) }
            lists.append(list)
            portal_curl_list(curl, option, list)
        }
        var upload = transfer.upload
        var answer = [UInt8](repeating: 0, count: transfer.longestAnswer)
        return upload.withUnsafeMutableBytes { sent in
            answer.withUnsafeMutableBytes { received in
                let reader = sent.isEmpty ? nil : fmemopen(sent.baseAddress, sent.count, "r")
                let writer = fmemopen(received.baseAddress, received.count, "w")
                defer {
                    if let reader { fclose(reader) }
                    if let writer { fclose(writer) }
                }
                if let reader { portal_curl_file(curl, CURLOPT_READDATA, reader) }
                portal_curl_file(curl, CURLOPT_WRITEDATA, writer)
                let code = curl_easy_perform(curl)
                var status = 0
                portal_curl_response_code(curl, &status)
                // What was written stands in the buffer of the file until then.
                if let writer { fflush(writer) }
                let length = writer.map { max(0, ftell($0)) } ?? 0
                return Answer(
                    code: code.rawValue, status: status, body: Array(received.prefix(min(length, received.count))))
            }
        }
    }
}
