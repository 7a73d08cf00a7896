import Core
import Dossiers
import FoundationEssentials
import Hummingbird
import Pages
import Server

extension Web {
    /// `GET /tra-cuu`
    @Sendable func showTracking(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        trackPage(request, context, visitor, code: (try? request.queryFields()["code"]) ?? "")
    }

    /// `POST /tra-cuu`: the step and the due date, for whoever has the code and the four digits. Posted, because the digits
    /// are personal and addresses are kept in many places.
    @Sendable func track(_ request: Request, _ context: PortalContext, _ visitor: Visitor) async throws -> Response {
        let form = try await request.form(from: visitor)
        let typed = form["code"] ?? ""
        let digits = (form["digits"] ?? "").digits
        var problems: [FieldProblem] = []
        if typed.cleaned.isEmpty { problems.append(FieldProblem(field: "code", code: "required")) }
        if digits.utf8.count != 4 { problems.append(FieldProblem(field: "digits", code: "required")) }
        guard problems.isEmpty else {
            return trackPage(request, context, visitor, code: typed, digits: digits, problems: problems)
        }
        let code = DossierCode(typed)?.description ?? ""
        guard let found = try await dossiers.track(code: code, digits: digits) else {
            return trackPage(request, context, visitor, code: typed, digits: digits, isNotFound: true)
        }
        let words = words(context)
        let number = found.status.rawValue
        let view = TrackPage.TrackedView(
            code: code, number: String(number), status: words("dossiers.status.\(number).name"),
            meaning: words("dossiers.status.\(number).meaning"), due: found.dueAt.map { words.formats.date($0) })
        return trackPage(request, context, visitor, code: typed, digits: digits, found: view)
    }

    private func trackPage(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor, code: String, digits: String = "",
        problems: [FieldProblem] = [], isNotFound: Bool = false, found: TrackPage.TrackedView? = nil
    ) -> Response {
        let words = words(context)
        func label(_ name: String) -> String { words("dossiers.track.\(name)") }
        let builder = FieldBuilder(
            words: words,
            messages: Dictionary(problems.map { ($0.field, words.message($0, label: label($0.field))) }) { $1 })
        let fields = [
            builder.input("code", label: label("code"), hint: words("dossiers.track.code.hint"), value: code),
            builder.input(
                "digits", label: label("digits"), hint: words("dossiers.track.digits.hint"), value: digits,
                mode: "numeric", width: "narrow"),
        ]
        let page = TrackPage(
            title: words.title("dossiers.title.track", hasErrors: !problems.isEmpty),
            errors: FieldBuilder.summary(fields), hasErrors: !problems.isEmpty, fields: fields, isNotFound: isNotFound,
            found: found)
        return respond(page, to: visitor, context, request, hasForm: true)
    }
}
