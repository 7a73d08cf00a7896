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

    /// Reads either kind of form. A file is written to disk as it arrives; one that is refused harms neither the other
    /// files nor the answers.
    static func read(
        _ request: Request, from caller: Applicant, for open: OpenDraft, section: Form.Section, _ dossiers: Dossiers,
        _ context: PortalContext
    ) async throws -> SectionPost {
        guard request.mediaType?.name == "multipart/form-data" else {
            let fields = try await request.form(from: caller.visitor, upTo: BodyLimit.form.bytes)
            return SectionPost(input: Dictionary(uniqueKeysWithValues: fields.names.map { ($0, fields.all($0)) }))
        }
        var post = SectionPost()
        var reader = try MultipartReader(request)
        var counts = open.attachmentCounts
        while let part = try await reader.nextPart() {
            guard let filename = part.filename else {
                post.input[part.name, default: []].append(try await reader.text().nfc)
                continue
            }
            guard FormToken.verify(post.input[FormToken.field]?.first, cookie: caller.visitor.secret) else {
                throw RequestFailure.crossSite
            }
            guard !filename.isEmpty, let field = section.fields.first(where: { $0.id == part.name && $0.kind == .file })
            else { continue }
            guard counts[field.id, default: 0] < field.maximum ?? 1, counts.values.reduce(0, +) < Dossiers.mostFiles
            else {
                post.refuse(field, "too_many_files", ["max": String(field.maximum ?? 1)])
                continue
            }
            if let file = try await post.receive(part, for: field, &reader, dossiers) {
                try await dossiers.attach(
                    file, named: filename.nfc, to: field.id, of: open.draft.id, account: caller.id, at: context.now)
                counts[field.id, default: 0] += 1
            }
        }
        guard FormToken.verify(post.input[FormToken.field]?.first, cookie: caller.visitor.secret) else {
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
        _ part: MultipartPart, for field: FormField, _ reader: inout MultipartReader, _ dossiers: Dossiers
    ) async throws -> StoredFile? {
        let upload = try dossiers.receiveFile()
        do {
            while let bytes = try await reader.nextBytes() {
                try bytes.withUnsafeBytes { try upload.write($0) }
            }
        } catch is PartTooLarge {
            upload.discard()
            refuse(field, FileRefusal.tooLarge.rawValue, ["name": part.filename ?? ""])
            return nil
        }
        switch try upload.finish() {
        case .success(let file): return file
        case .failure(let refusal):
            refuse(field, refusal.rawValue, ["name": part.filename ?? ""])
            return nil
        }
    }

    private mutating func refuse(_ field: FormField, _ code: String, _ arguments: [String: String]) {
        refused.append(FieldProblem(field: field.id, code: code, arguments: arguments))
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
