import Catalogue
import Core
import Dossiers
import Files
import FoundationEssentials
import Hummingbird
import Server

/// A posted section: its fields, and the files that could not be taken. Files that could are stored and attached already.
struct SectionPost {
    var input: [String: [String]] = [:]
    var refused: [FieldProblem] = []
    /// Whether any file was chosen, taken or not.
    var hadFiles = false

    /// Reads either kind of form. A file is written to disk as it arrives; one that is refused harms neither the other
    /// files nor the answers.
    /// - Parameters:
    ///   - most: how many files each field may have; a file for another field is passed over.
    ///   - counts: how many it has.
    ///   - attach: takes a stored file with its name and field.
    static func read(
        _ request: Request, from visitor: Visitor, most: [String: Int], counts: [String: Int], _ dossiers: Dossiers,
        attach: (StoredFile, String, String) async throws -> Void
    ) async throws -> SectionPost {
        guard request.mediaType?.name == "multipart/form-data" else {
            let fields = try await request.form(from: visitor, upTo: BodyLimit.form.bytes)
            return SectionPost(input: Dictionary(uniqueKeysWithValues: fields.names.map { ($0, fields.all($0)) }))
        }
        var post = SectionPost()
        var reader = try MultipartReader(request)
        var counts = counts
        while let part = try await reader.nextPart() {
            guard let filename = part.filename else {
                post.input[part.name, default: []].append(try await reader.text().nfc)
                continue
            }
            guard FormToken.verify(post.input[FormToken.field]?.first, cookie: visitor.secret) else {
                throw RequestFailure.crossSite
            }
            post.hadFiles = post.hadFiles || !filename.isEmpty
            guard !filename.isEmpty, let most = most[part.name] else { continue }
            guard counts[part.name, default: 0] < most, counts.values.reduce(0, +) < Dossiers.mostFiles else {
                post.refuse(part.name, "too_many_files", ["max": String(most)])
                continue
            }
            if let file = try await post.receive(part, &reader, dossiers) {
                try await attach(file, filename.nfc, part.name)
                counts[part.name, default: 0] += 1
            }
        }
        guard FormToken.verify(post.input[FormToken.field]?.first, cookie: visitor.secret) else {
            throw RequestFailure.crossSite
        }
        return post
    }

    /// The fields of a form whose sender isn't known any more; files are passed over.
    static func textOnly(_ request: Request) async throws -> (input: [String: [String]], hadFiles: Bool) {
        guard request.mediaType?.name == "multipart/form-data" else {
            let fields = try await request.formFields(upTo: BodyLimit.form.bytes)
            return (Dictionary(uniqueKeysWithValues: fields.names.map { ($0, fields.all($0)) }), false)
        }
        var input: [String: [String]] = [:]
        var hadFiles = false
        var reader = try MultipartReader(request)
        while let part = try await reader.nextPart() {
            guard part.filename == nil else {
                if part.filename?.isEmpty == false { hadFiles = true }
                continue
            }
            input[part.name, default: []].append(try await reader.text().nfc)
        }
        return (input, hadFiles)
    }

    private mutating func receive(
        _ part: MultipartPart, _ reader: inout MultipartReader, _ dossiers: Dossiers
    ) async throws -> StoredFile? {
        let upload = try dossiers.receiveFile()
        do {
            while let bytes = try await reader.nextBytes() {
                try bytes.withUnsafeBytes { try upload.write($0) }
            }
        } catch is PartTooLarge {
            upload.discard()
            refuse(part.name, FileRefusal.tooLarge.rawValue, ["name": part.filename ?? ""])
            return nil
        }
        switch try upload.finish() {
        case .success(let file): return file
        case .failure(let refusal):
            refuse(part.name, refusal.rawValue, ["name": part.filename ?? ""])
            return nil
        }
    }

    private mutating func refuse(_ field: String, _ code: String, _ arguments: [String: String]) {
        refused.append(FieldProblem(field: field, code: code, arguments: arguments))
    }

    /// Lets two neighbours of a group change places.
    /// - Parameter item: `workers.2`.
    mutating func moveItem(_ item: String, by step: Int) {
        let parts = item.split(separator: ".").map(String.init)
        guard parts.count == 2, let index = Int(parts[1]), index + step >= 0 else { return }
        let (here, there) = ("\(parts[0]).\(index).", "\(parts[0]).\(index + step).")
        input = Dictionary(
            uniqueKeysWithValues: input.map { name, values in
                if name.hasPrefix(here) { return (there + name.dropFirst(here.count), values) }
                if name.hasPrefix(there) { return (here + name.dropFirst(there.count), values) }
                return (name, values)
            })
    }

    /// Takes an item's fields out, so that reading closes the gap.
    mutating func removeItem(_ item: String) {
        input = input.filter { !$0.key.hasPrefix(item + ".") }
    }
}

extension Answers {
    /// Adds an empty item to a group.
    mutating func addItem(to group: String, of section: Form.Section) {
        guard let field = section.fields.first(where: { $0.id == group && $0.kind == .group }) else { return }
        let items = values[group]?.array ?? (field.isRequired ? [.object([:])] : [])
        guard items.count < field.maximum ?? 50 else { return }
        values[group] = .array(items + [.object([:])])
    }
}

extension Form.Section {
    /// How many files each of its fields may have.
    var mostFiles: [String: Int] {
        Dictionary(uniqueKeysWithValues: fields.filter { $0.kind == .file }.map { ($0.id, $0.maximum ?? 1) })
    }
}
