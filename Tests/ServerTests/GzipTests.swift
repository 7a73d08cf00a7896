import Foundation
import HTTPTypes
import Server
import TestSupport
import Testing

@Suite("Bodies compressed once")
struct GzipTests {
    @Test("what is compressed is what any gzip gives back", arguments: [200, 5_000, 300_000])
    func roundTrip(_ count: Int) throws {
        let bytes = Array(String(repeating: "Đăng ký khai sinh, ", count: count / 20).utf8)
        let compressed = try #require(Gzip.compress(bytes))
        #expect(compressed.count < bytes.count)
        let file = FileManager.default.temporaryDirectory.path + "/gzip-\(UUID().uuidString).gz"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try Data(compressed).write(to: URL(filePath: file))
        let gzip = Process()
        gzip.executableURL = URL(filePath: "/bin/gzip")
        gzip.arguments = ["-dc", file]
        let output = Pipe()
        gzip.standardOutput = output
        try gzip.run()
        #expect(Array(output.fileHandleForReading.readDataToEndOfFile()) == bytes)
        gzip.waitUntilExit()
        #expect(gzip.terminationStatus == 0)
    }

    @Test(
        "nothing is compressed when nothing is gained", arguments: [[], [1], (0..<200).map { UInt8($0) }] as [[UInt8]])
    func noGain(_ bytes: [UInt8]) {
        #expect(Gzip.compress(bytes) == nil)
    }

    @Test("a style sheet goes out compressed to whom takes that, each form under a tag of its own")
    func assets() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/gzip-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(String(repeating: "body { color: red }\n", count: 100).utf8).write(
            to: URL(filePath: folder + "/app.css"))
        let client = TestClient(try SampleSite.make(assets: try AssetIndex(directory: folder)))
        let plain = try await client.get("/assets/app.css")
        let compressed = try await client.get("/assets/app.css", headers: [.acceptEncoding: "gzip"])
        #expect(plain.headers[.contentEncoding] == nil && plain.body.count == 2_000)
        #expect(compressed.headers[.contentEncoding] == "gzip" && compressed.body.count < 200)
        #expect(plain.headers[.eTag] != compressed.headers[.eTag])
        let tag = try #require(compressed.headers[.eTag])
        let again = try await client.get("/assets/app.css", headers: [.acceptEncoding: "gzip", .ifNoneMatch: tag])
        #expect(again.status == .notModified && again.headers[.contentEncoding] == nil)
    }
}
