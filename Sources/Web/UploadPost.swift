import Core
import Cryptography
import Files
import FoundationEssentials
import Hummingbird
import Server

/// A posted form with files: its fields, the files that came and those that came before with the same form.
///
/// A file that came with a form that had errors isn't asked for again: it is on disk already, and the page carries its name
/// and digest with a code that only this browser's secret makes.
struct UploadPost {
    var input: [String: String] = [:]
    var files: [NamedFile] = []
    var refused: [FieldProblem] = []
    /// Sent from a page of a session that has ended meanwhile.
    var isLapsed = false

    subscript(_ name: String) -> String { input[name] ?? "" }

    var fields: FormFields { FormFields(input.map { (name: $0.key, value: $0.value) }) }

    /// Reads either kind of form. A file is written to disk as it arrives; one that is refused harms nothing else.
    /// - Parameters:
    ///   - lapsed: the cookie of a session that may have ended.
    ///   - most: how many files it may have.
    ///   - receive: begins to take a file.
    static func read(
        _ request: Request, secret: String, lapsed: String? = nil, most: Int, receive: () throws -> Upload
    ) async throws -> UploadPost {
        var post = UploadPost()
        var kept: [String] = []
        if request.mediaType?.name == "multipart/form-data" {
            var limits = MultipartLimits()
            limits.files = 2 * most
            var reader = try MultipartReader(request, limits: limits)
            while let part = try await reader.nextPart() {
                guard let filename = part.filename else {
                    let text = try await reader.text().nfc
                    if part.name == Self.keptField { kept.append(text) } else { post.input[part.name] = text }
                    continue
                }
                guard try post.isOurs(secret: secret, lapsed: lapsed), !post.isLapsed, !filename.isEmpty,
                    part.name == Self.field
                else { continue }
                try await post.take(part, &reader, try receive())
            }
        } else {
            let fields = try await request.formFields(upTo: BodyLimit.form.bytes)
            kept = fields.all(Self.keptField)
            for name in fields.names { post.input[name] = fields[name] }
        }
        _ = try post.isOurs(secret: secret, lapsed: lapsed)
        let before = kept.compactMap { NamedFile(kept: $0, secret: secret) }
        post.files = before.filter { old in !post.files.contains { $0.file.sha256 == old.file.sha256 } } + post.files
        if post["action"].hasPrefix(Self.removal) {
            let digest = post["action"].dropFirst(Self.removal.count)
            post.files.removeAll { $0.file.digest == digest }
        }
        if post.files.count > most {
            post.refuse("too_many_files", ["max": String(most)])
            post.files = Array(post.files.prefix(most))
        }
        return post
    }

    /// Whether it only takes a file off.
    var isRemoval: Bool { self["action"].hasPrefix(Self.removal) }

    static let field = "files"
    private static let keptField = "kept-file"
    private static let removal = "remove-file:"

    /// - Throws: `RequestFailure.crossSite` for a form that no page of ours sent to this browser.
    private mutating func isOurs(secret: String, lapsed: String?) throws -> Bool {
        if FormToken.verify(input[FormToken.field], cookie: secret) { return true }
        guard FormToken.verify(input[FormToken.field], cookie: lapsed) else { throw RequestFailure.crossSite }
        isLapsed = true
        return true
    }

    private mutating func take(
        _ part: MultipartPart, _ reader: inout MultipartReader, _ upload: Upload
    ) async throws {
        let name = part.filename?.nfc ?? ""
        do {
            while let bytes = try await reader.nextBytes() {
                try bytes.withUnsafeBytes { try upload.write($0) }
            }
        } catch is PartTooLarge {
            upload.discard()
            return refuse(FileRefusal.tooLarge.rawValue, ["name": name])
        }
        switch try upload.finish() {
        case .success(let file): files.append(NamedFile(file: file, name: name))
        case .failure(let refusal): refuse(refusal.rawValue, ["name": name])
        }
    }

    private mutating func refuse(_ code: String, _ arguments: [String: String]) {
        refused.append(FieldProblem(field: Self.field, code: code, arguments: arguments))
    }

    /// The hidden fields that carry the files along.
    func carried(secret: String) -> [HiddenView] {
        files.map { HiddenView(name: Self.keptField, value: $0.kept(secret: secret)) }
    }
}

extension NamedFile {
    /// As a page carries it: digest, size, type, code, name.
    fileprivate func kept(secret: String) -> String {
        [file.digest, String(file.size), file.type.rawValue, Self.code(file, name, secret), name]
            .joined(separator: "|")
    }

    /// Nil for one that this browser didn't send.
    fileprivate init?(kept: String, secret: String) {
        let parts = kept.split(separator: "|", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, let digest = Hex.decode(parts[0]), digest.count == 32, let size = Int(parts[1]),
            let type = FileType(rawValue: parts[2])
        else { return nil }
        let file = StoredFile(kept: digest, size: size, type: type)
        guard constantTimeEquals(parts[3].utf8, Self.code(file, parts[4], secret).utf8) else { return nil }
        self.init(file: file, name: parts[4])
    }

    private static func code(_ file: StoredFile, _ name: String, _ secret: String) -> String {
        let text = "file \(file.digest) \(file.size) \(file.type.rawValue) \(name)"
        return Hex.encode(HMAC.sha256(key: secret.utf8, text.utf8))
    }
}
