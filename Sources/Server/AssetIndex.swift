import Core
import Cryptography
import FoundationEssentials
package import Hummingbird

/// The files of `Public/`, read into memory once.
///
/// Each has an address with the hash of its bytes, `/assets/app.3f9c2a81d0.css`, which may be kept for ever, and its
/// plain one, `/assets/app.css`, which has to be asked for again. Requests look an address up in a table; none is ever
/// turned into a path of the file system.
package struct AssetIndex: Sendable {
    private var files: [String: File] = [:]
    private var addresses: [String: String] = [:]

    private struct File: Sendable {
        let kept: KeptBody
        let type: String
        let cacheControl: String
    }

    /// A portal without files.
    package init() {}

    /// Reads a folder with all below it, leaving out links and names that begin with a dot.
    ///
    /// - Parameter atRoot: names of files that browsers ask for without `/assets`.
    /// - Throws: what reading throws; a folder that isn't there is an error.
    package init(directory: String, atRoot: Set<String> = ["favicon.ico", "robots.txt", "openapi.yaml"]) throws {
        for name in try Self.names(in: directory, below: "") {
            guard let data = FileManager.default.contents(atPath: directory + "/" + name) else {
                throw CocoaError(.fileReadUnknown)
            }
            add(name, [UInt8](data))
            if atRoot.contains(name), let file = files["/assets/" + name] { files["/" + name] = file }
        }
    }

    /// The address to put on a page for a file of `Public/`, by its path below it. Nil when there is no such file.
    package func address(of name: String) -> String? { addresses[name] }

    /// The file at a path, or 304 when the caller has it. Nil when there is none.
    package func response(path: String, request: Request) -> Response? {
        files[path].map { $0.kept.response(type: $0.type, cacheControl: $0.cacheControl, for: request) }
    }

    private mutating func add(_ name: String, _ bytes: [UInt8]) {
        let digest = SHA256.hash(bytes)
        let dot = name.lastIndex(of: ".").flatMap { name[$0...].contains("/") ? nil : $0 } ?? name.endIndex
        let hashed = "/assets/\(name[..<dot]).\(Hex.encode(digest.prefix(5)))\(name[dot...])"
        let (type, kept) = (Self.type(of: name[dot...]), KeptBody(bytes))
        func file(_ cacheControl: String) -> File { File(kept: kept, type: type, cacheControl: cacheControl) }
        files[hashed] = file("public, max-age=31536000, immutable")
        files["/assets/" + name] = file("public, no-cache")
        addresses[name] = hashed
    }

    private static func names(in directory: String, below prefix: String) throws -> [String] {
        var names: [String] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: directory).sorted() where name.first != "." {
            let path = directory + "/" + name
            switch try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType {
            case .typeDirectory?: names += try self.names(in: path, below: prefix + name + "/")
            case .typeRegular?: names.append(prefix + name)
            default: continue
            }
        }
        return names
    }

    private static func type(of ending: Substring) -> String {
        switch ending {
        case ".css": "text/css; charset=utf-8"
        case ".js": "text/javascript; charset=utf-8"
        case ".svg": "image/svg+xml"
        case ".png": "image/png"
        case ".jpg", ".jpeg": "image/jpeg"
        case ".webp": "image/webp"
        case ".ico": "image/x-icon"
        case ".woff2": "font/woff2"
        case ".txt": "text/plain; charset=utf-8"
        case ".json", ".webmanifest": "application/json"
        case ".yaml": "application/yaml"
        case ".pdf": "application/pdf"
        default: "application/octet-stream"
        }
    }
}
