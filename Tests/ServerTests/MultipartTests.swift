import HTTPTypes
import Hummingbird
import NIOCore
import TestSupport
import Testing

@testable import Server

struct MultipartTests {
    /// A form with a field, an empty field, a file whose bytes look almost like boundaries, and an empty file.
    static let boundary = "----WebKitFormBoundaryABC"
    static let tricky = "\r\n--\r\n------WebKitFormBoundaryAB\r\n------WebKitFormBoundaryAB-\r\r\n\r\n-\r"
    static let form = [
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"họ tên\"\r\n\r\nNguyễn Văn A",
        "\r\n--\(boundary)\r\nContent-Disposition: form-data; name=\"trống\"\r\n\r\n",
        "\r\n--\(boundary)\r\nContent-Disposition: form-data; name=\"tệp\"; filename=\"đơn.pdf\"\r\n"
            + "Content-Type: application/pdf\r\n\r\n\(tricky)",
        "\r\n--\(boundary)\r\nContent-Disposition: form-data; name=\"không\"; filename=\"\"\r\n"
            + "Content-Type: application/octet-stream\r\n\r\n",
        "\r\n--\(boundary)--\r\n",
    ].joined()
    static let expected = [
        Read(name: "họ tên", filename: nil, type: "text/plain", content: "Nguyễn Văn A"),
        Read(name: "trống", filename: nil, type: "text/plain", content: ""),
        Read(name: "tệp", filename: "đơn.pdf", type: "application/pdf", content: tricky),
        Read(name: "không", filename: "", type: "application/octet-stream", content: ""),
    ]

    struct Read: Equatable {
        let name: String
        let filename: String?
        let type: String
        let content: String
    }

    static func read(
        _ pieces: [[UInt8]], boundary: String = boundary, limits: MultipartLimits = MultipartLimits()
    ) async throws -> [Read] {
        let stream = AsyncStream<ByteBuffer> { continuation in
            for piece in pieces { continuation.yield(ByteBuffer(bytes: piece)) }
            continuation.finish()
        }
        var reader = try MultipartReader(RequestBody(asyncSequence: stream), boundary: boundary, limits: limits)
        var parts: [Read] = []
        while let part = try await reader.nextPart() {
            var content: [UInt8] = []
            while let bytes = try await reader.nextBytes() { content += bytes }
            parts.append(
                Read(
                    name: part.name, filename: part.filename, type: part.type,
                    content: String(decoding: content, as: UTF8.self)))
        }
        return parts
    }

    @Test("a form is read the same wherever the network cuts it in two")
    func everySplit() async throws {
        let bytes = Array(Self.form.utf8)
        for cut in 0...bytes.count {
            let parts = try await Self.read([Array(bytes[..<cut]), Array(bytes[cut...])])
            #expect(parts == Self.expected, "cut at \(cut)")
        }
    }

    @Test("and in pieces of any size", arguments: [1, 2, 3, 5, 7, 11, 64])
    func pieces(size: Int) async throws {
        let bytes = Array(Self.form.utf8)
        let pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min(bytes.count, $0 + size)]) }
        #expect(try await Self.read(pieces) == Self.expected)
    }

    @Test("a form cut short anywhere before its last boundary is refused")
    func truncated() async throws {
        let bytes = Array(Self.form.utf8)
        for end in 0..<(bytes.count - 2) {
            await #expect(throws: RequestFailure.self, "cut off at \(end)") {
                try await Self.read([Array(bytes[..<end])])
            }
        }
        #expect(try await Self.read([Array(bytes.dropLast(2))]) == Self.expected)
    }

    @Test("changed bytes are refused or read as something else, and nothing else happens")
    func fuzz() async throws {
        var random = SystemRandomNumberGenerator()
        let bytes = Array(Self.form.utf8)
        let signs = Array("\r\n-:;=\"\\%*' \t\u{0}ABC".utf8)
        for _ in 0..<3000 {
            var mutated = bytes
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let index = Int.random(in: 0..<mutated.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: mutated[index] = signs.randomElement(using: &random) ?? 0
                case 1: mutated.insert(signs.randomElement(using: &random) ?? 0, at: index)
                default: mutated.remove(at: index)
                }
            }
            do {
                let parts = try await Self.read([mutated])
                #expect(parts.reduce(0) { $0 + $1.content.utf8.count } <= mutated.count)
            } catch {
                #expect(error is RequestFailure, "\(error)")
            }
        }
    }

    @Test("one byte over the limit fails the file, and the rest of the form is still read", arguments: [1, 7, 4096])
    func partTooLarge(size: Int) async throws {
        let content = String(repeating: "x", count: 101)
        let text = [
            "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\n\(content)",
            "\r\n--b\r\nContent-Disposition: form-data; name=\"b\"; filename=\"b\"\r\n\r\n\(content.dropLast())",
            "\r\n--b--",
        ].joined()
        let bytes = Array(text.utf8)
        let stream = AsyncStream<ByteBuffer> { continuation in
            for start in stride(from: 0, to: bytes.count, by: size) {
                continuation.yield(ByteBuffer(bytes: bytes[start..<min(bytes.count, start + size)]))
            }
            continuation.finish()
        }
        var limits = MultipartLimits()
        limits.fileBytes = 100
        var reader = try MultipartReader(RequestBody(asyncSequence: stream), boundary: "b", limits: limits)
        let first = try #require(try await reader.nextPart())
        var refused: PartTooLarge?
        do {
            while try await reader.nextBytes() != nil {}
        } catch let error as PartTooLarge {
            refused = error
        }
        #expect(refused == PartTooLarge(part: first, limit: 100))
        #expect(try await reader.nextPart()?.name == "b")
        var count = 0
        while let bytes = try await reader.nextBytes() { count += bytes.count }
        #expect(count == 100)
        #expect(try await reader.nextPart() == nil)
    }

    @Test("too many parts, files or head bytes are refused")
    func manyParts() async throws {
        func form(_ count: Int, file: Bool = false, extra: String = "") -> [UInt8] {
            let name = "name=\"a\"\(file ? "; filename=\"f\"" : "")"
            let part = "--b\r\nContent-Disposition: form-data; \(name)\(extra)\r\n\r\n\r\n"
            return Array((String(repeating: part, count: count) + "--b--").utf8)
        }
        #expect(try await Self.read([form(600)], boundary: "b").count == 600)
        await #expect(throws: RequestFailure.self) { try await Self.read([form(601)], boundary: "b") }
        #expect(try await Self.read([form(20, file: true)], boundary: "b").count == 20)
        await #expect(throws: RequestFailure.self) { try await Self.read([form(21, file: true)], boundary: "b") }
        let long = "\r\nX: " + String(repeating: "x", count: 9000)
        await #expect(throws: RequestFailure.self) { try await Self.read([form(1, extra: long)], boundary: "b") }
        let preamble = Array(String(repeating: "x", count: 5000).utf8) + form(1)
        await #expect(throws: RequestFailure.self) { try await Self.read([preamble], boundary: "b") }
    }

    @Test(
        "names of files lose their folders and control signs and keep their letters",
        arguments: [
            (#"filename="phiếu đề nghị.pdf""#, "phiếu đề nghị.pdf"),
            (#"filename="C:\Users\an\đơn.pdf""#, "đơn.pdf"), (#"filename="../../etc/passwd""#, "passwd"),
            (#"filename="a%22b%0D%0A.pdf""#, #"a"b.pdf"#), (#"filename="100%.pdf""#, "100%.pdf"),
            (#"filename="a\"b.pdf""#, #"a"b.pdf"#), (#"filename="..""#, ""), (#"filename="x/""#, ""),
            ("filename=bare.pdf", "bare.pdf"), ("filename*=UTF-8''%C4%91%C6%A1n.pdf", "đơn.pdf"),
            (#"filename="fallback.pdf"; filename*=utf-8'vi'%C4%91%C6%A1n.pdf"#, "đơn.pdf"),
            (#"filename="ok.pdf"; filename*=utf-8''%ff"#, "ok.pdf"), ("filename=\"a\u{202E}fdp.exe\"", "afdp.exe"),
            ("filename=\"ho\u{300}a.pdf\"", "h\u{F2}a.pdf"),
        ])
    func filenames(parameter: String, name: String) throws {
        let head = Array("Content-Disposition: form-data; name=\"f\"; \(parameter)\r\nContent-Type: image/PNG".utf8)
        let part = try MultipartHead.part(head)
        #expect(part.filename.map { Array($0.utf8) } == Array(name.utf8))
        #expect(part.type == "image/png")
    }

    @Test("a name of a file is cut to 255 bytes between letters")
    func longFilename() throws {
        let long = String(repeating: "ế", count: 400)
        let head = "Content-Disposition: form-data; name=f; filename=\"\(long)\""
        let name = try #require(try MultipartHead.part(Array(head.utf8)).filename)
        #expect(name.utf8.count == 255)
        #expect(name.allSatisfy { $0 == "ế" })
    }

    @Test(
        "heads that are wrong are refused",
        arguments: [
            "", "X: y", "Content-Disposition: attachment; name=a", "Content-Disposition: form-data",
            "Content-Disposition: form-data; name=\"a", "Content-Disposition: form-data; name=a; name=b",
            "Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b",
            "Content-Disposition: form-data; name=\"a\u{0}\"", "Content-Disposition form-data; name=a",
            "Content-Disposition : form-data; name=a",
            "Content-Disposition: form-data; name=a\r\n folded", "Content-Disposition: form-data; name=a; x",
            "Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64",
        ])
    func wrongHeads(head: String) {
        #expect(throws: RequestFailure.self) { try MultipartHead.part(Array(head.utf8)) }
    }

    @Test(
        "a form without a usable boundary is refused",
        arguments: [
            ("multipart/form-data", 400), ("multipart/form-data; boundary=", 415),
            ("multipart/form-data; boundary=\"\"", 400),
            ("multipart/form-data; boundary=\"\(String(repeating: "b", count: 71))\"", 400),
            ("multipart/mixed; boundary=b", 415), ("text/plain", 415),
            ("multipart/form-data; boundary=b; boundary=c", 415),
        ])
    func boundaries(type: String, status: Int) async throws {
        let answer = try await TestClient(try SampleSite.make()).send(
            .post, "/tai-len", headers: [.contentType: type], body: Array("--b--".utf8))
        #expect(answer.status.code == status)
    }

    @Test("ten million bytes pass through in small pieces, and sixty-one million are too many")
    func large() async throws {
        let client = TestClient(try SampleSite.make())
        func upload(_ count: Int) async throws -> TestClient.Answer {
            let head = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n"
            let body = Array(head.utf8) + [UInt8](repeating: 0x0D, count: count) + Array("\r\n--b--".utf8)
            return try await client.send(
                .post, "/tai-len", headers: [.contentType: "multipart/form-data; boundary=\"b\""], body: body)
        }
        #expect(try await upload(1_000_000).text == "f=1000000")
        #expect(try await upload(64_000_000).status == .contentTooLarge)
    }
}
