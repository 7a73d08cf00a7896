import Accounts
import Catalogue
import Core
import Dossiers
import Hummingbird
import Pages
import Server

/// A form that was posted after its session had ended: carried through the sign-in page unseen and saved afterwards, so
/// that nothing typed is lost. Files can't be carried; those chosen last have to be chosen again.
struct KeptForm: Sendable {
    let draft: String
    let section: String
    let fields: [(name: String, value: String)]

    /// What the sign-in page carries.
    init?(_ form: FormFields) {
        guard let path = form["kept-path"] else { return nil }
        let parts = path.split(separator: "/")
        guard parts.count == 2 else { return nil }
        draft = String(parts[0])
        section = String(parts[1])
        fields = form.names.filter { $0.hasPrefix("kept-") }.flatMap { name in
            form.all(name).map { (name, $0) }
        }
    }

    /// What was posted to a section's page.
    init(draft: String, section: String, input: [String: [String]]) {
        self.draft = draft
        self.section = section
        fields =
            [("kept-path", "\(draft)/\(section)")]
            + input.filter { !["csrf", "action", "change"].contains($0.key) }.sorted { $0.key < $1.key }
            .flatMap { name, values in values.map { ("kept-" + name, $0) } }
    }

    var input: [String: [String]] {
        var input: [String: [String]] = [:]
        for (name, value) in fields where name != "kept-path" {
            input[String(name.dropFirst("kept-".count)), default: []].append(value)
        }
        return input
    }
}

extension Web {
    /// Saves a kept form for whoever has just signed in, and goes on from there. A draft of somebody else is none; one that
    /// was submitted meanwhile takes nothing any more, and its owner is told.
    func save(
        _ kept: KeptForm, for caller: Applicant, _ request: Request, _ context: PortalContext
    ) async throws -> Response {
        guard let id = Dossier.ID(kept.draft) else { return .seeOther(Link(context.language, path: ["ho-so"]).address) }
        if let code = try await dossiers.code(of: id, filedBy: caller.capacity) {
            return try await tooLate(
                code, kept.input, hadFiles: false, notice: "too_late.draft", request, context, caller)
        }
        guard let open = try? await dossiers.draft(id, of: caller.capacity),
            let section = open.form.section(kept.section)
        else { return .seeOther(Link(context.language, path: ["ho-so"]).address) }
        let (answers, _) = section.read(kept.input)
        try await dossiers.save(
            section, answers: answers, in: id, of: caller.capacity, complete: false, at: context.now)
        return .seeOther(Link(context.language, path: ["ho-so-nhap", kept.draft, kept.section]).address)
    }
}
