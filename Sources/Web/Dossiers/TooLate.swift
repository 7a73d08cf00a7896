import Agencies
import Catalogue
import Core
import Dossiers
import FoundationEssentials
import Hummingbird
import Pages
import Server

/// Of two tabs, the one that comes second: what it wanted to write into was sent by the other, or closed by the agency.
extension Web {
    /// The dossier's page, with what was typed and isn't in the dossier in the message to the agency: it can be sent as it
    /// is, or with the request to reopen. When all of it is in the dossier, as after a second click, simply the page.
    /// - Parameters:
    ///   - input: what was posted, by the names of the inputs.
    ///   - hadFiles: files can't be carried over; their owner is told.
    ///   - notice: what happened, by the key of its words.
    func tooLate(
        _ code: String, _ input: [String: [String]], hadFiles: Bool, notice: String, _ request: Request,
        _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let words = words(context)
        let file = try await dossiers.file(code, of: caller.capacity)
        var lines: [String] = []
        if let form = try await catalogue.revision(file.dossier.revisionID)?.form {
            lines = try await self.lines(of: input, to: form, notIn: file.answers(), words, on: Day(of: context.now))
        }
        let reply = (input["reply"]?.first ?? "").cleanedLines
        if !reply.isEmpty, !file.supplements.contains(where: { $0.reply == reply }) { lines.append(reply) }
        guard !lines.isEmpty || hadFiles else {
            return .seeOther(Link(context.language, path: ["ho-so", code]).address)
        }
        let told = [words("dossiers.show.\(notice)")] + (hadFiles ? [words("dossiers.show.too_late.files")] : [])
        return try await dossierPage(
            of: code, message: lines.joined(separator: "\n"), problem: nil, notice: nil,
            warning: told.joined(separator: " "), request, context, caller)
    }

    /// What was typed into questions of a form and differs from the answers, a line each.
    private func lines(
        of input: [String: [String]], to form: Form, notIn answers: Answers, _ words: Words, on day: Day
    ) async throws -> [String] {
        let fields = form.sections.flatMap(\.fields).filter { field in
            input.keys.contains { $0 == field.id || $0.hasPrefix(field.id + ".") }
        }
        let (typed, _) = Form.Section(id: "typed", title: form.title, fields: fields).read(input)
        let rows = AnswerRows(
            form: form, answers: typed, attachments: [], words: words,
            places: try await agencies.places(
                fields.compactMap { field in
                    guard let place = typed.values[field.id], let province = place["province"]?.string,
                        let ward = place["ward"]?.string
                    else { return nil }
                    return (province, ward)
                }, on: day))
        var later = answers
        later.values.merge(typed.values) { $1 }
        let asked = Set(later.visible(in: form).map(\.id))
        return fields.filter { asked.contains($0.id) }.compactMap { field in
            let unread = typed.raw.filter { $0.key == field.id || $0.key.hasPrefix(field.id + ".") }
                .sorted { $0.key < $1.key }.map(\.value).filter { !$0.isEmpty }
            let isNew = typed.values[field.id].map { $0 != answers.values[field.id] } ?? false
            let parts = (isNew ? [rows.answer(to: field)] : []) + unread
            return parts.isEmpty ? nil : "\(field.label[words.language]): \(parts.joined(separator: ", "))"
        }
    }
}
