import FoundationEssentials
import HTTPTypes
import Server
import TestSupport
import Testing

struct AssetTests {
    /// A folder with a style sheet, a picture in a folder, a hidden file and a link that leads out.
    private static func withFolder(_ body: (String) async throws -> Void) async throws {
        let files = FileManager.default
        let folder = files.temporaryDirectory.path + "/assets-\(UUID().uuidString)"
        defer { try? files.removeItem(atPath: folder) }
        try files.createDirectory(atPath: folder + "/public/icons", withIntermediateDirectories: true)
        for (name, text) in [
            ("public/app.css", "body{}"), ("public/icons/seal.svg", "<svg/>"), ("public/.secret", "x"),
            ("public/robots.txt", "User-agent: *"), ("outside.txt", "secret"),
        ] {
            try Data(text.utf8).write(to: URL(filePath: folder + "/" + name))
        }
        try files.createSymbolicLink(atPath: folder + "/public/link.txt", withDestinationPath: folder + "/outside.txt")
        try await body(folder + "/public")
    }

    @Test("a file's address holds the hash of its bytes and may be kept for ever")
    func hashed() async throws {
        try await Self.withFolder { folder in
            let index = try AssetIndex(directory: folder)
            let address = try #require(index.address(of: "app.css"))
            #expect(address.wholeMatch(of: /\/assets\/app\.[0-9a-f]{10}\.css/) != nil)
            let client = TestClient(try SampleSite.make(assets: index))
            let answer = try await client.get(address)
            #expect(answer.text == "body{}")
            #expect(answer.headers[.contentType] == "text/css; charset=utf-8")
            #expect(answer.headers[.cacheControl] == "public, max-age=31536000, immutable")
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            #expect(answer.headers[.contentSecurityPolicy] != nil)
            try Data("body{color:red}".utf8).write(to: URL(filePath: folder + "/app.css"))
            #expect(try AssetIndex(directory: folder).address(of: "app.css") != address)
        }
    }

    @Test("by its plain name it has to be asked for each time, and is not sent again unchanged")
    func plain() async throws {
        try await Self.withFolder { folder in
            let client = TestClient(try SampleSite.make(assets: try AssetIndex(directory: folder)))
            let answer = try await client.get("/assets/icons/seal.svg")
            #expect(answer.headers[.contentType] == "image/svg+xml")
            #expect(answer.headers[.cacheControl] == "public, no-cache")
            let tag = try #require(answer.headers[.eTag])
            let again = try await client.get("/assets/icons/seal.svg", headers: [.ifNoneMatch: tag])
            #expect(again.status == .notModified)
            #expect(again.body.isEmpty)
            #expect(try await client.get("/robots.txt").text == "User-agent: *")
            #expect(try await client.send(.head, "/assets/app.css").headers[.contentLength] == "6")
        }
    }

    @Test(
        "nothing outside the folder, hidden in it or linked from it is served",
        arguments: [
            "/assets/.secret", "/assets/link.txt", "/assets/../outside.txt", "/assets/%2e%2e/outside.txt",
            "/assets/..%2Foutside.txt", "/assets/icons/../../outside.txt", "/assets//app.css", "/assets/app.css/",
            "/assets/", "/assets", "/assets/icons", "/assets/app.css%00", "/assets/%00app.css", "/app.css",
            "/assets/app.0000000000.css", "/en/assets/app.css", "/assets/APP.css", "/assets/app.css%2F",
            "/assets/....//outside.txt", "/assets/..\\outside.txt",
        ])
    func traversal(path: String) async throws {
        try await Self.withFolder { folder in
            let client = TestClient(try SampleSite.make(assets: try AssetIndex(directory: folder)))
            #expect(try await client.get(path).status == .notFound)
        }
    }

    @Test("a folder that isn't there is found out at start")
    func missingFolder() {
        #expect(throws: (any Error).self) { try AssetIndex(directory: "/nowhere/at/all") }
    }
}
