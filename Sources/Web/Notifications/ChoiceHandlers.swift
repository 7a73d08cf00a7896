import Accounts
import Core
import FoundationEssentials
import Hummingbird
import Pages
import Server

extension Web {
    /// `GET /tai-khoan/thong-bao`
    @Sendable func showNotificationChoices(
        _ request: Request, _ context: PortalContext, _ caller: Owner
    ) async throws -> Response {
        guard let choices = try await accounts.notificationChoices(of: caller.id) else {
            throw RequestFailure.forbidden
        }
        let typed = TypedChoices(choices)
        let isSaved = try request.queryFields()["xong"] != nil
        return choicesPage(
            request, context, caller, typed, notice: isSaved ? words(context)("notifications.choices.saved") : nil)
    }

    /// `POST /tai-khoan/thong-bao`
    @Sendable func saveNotificationChoices(
        _ request: Request, _ context: PortalContext, _ caller: Owner
    ) async throws -> Response {
        let form = try await request.form(from: caller.visitor)
        let typed = TypedChoices(form)
        var problems = typed.problems
        if problems.isEmpty {
            do {
                try await accounts.choose(
                    typed.choices, by: caller.session, password: form["present_password"] ?? "", at: context.now)
                return .seeOther(
                    Link(context.language, path: ["tai-khoan", "thong-bao"], query: ["xong": "1"]).address)
            } catch let failure as ValidationFailure {
                problems = failure.problems
            } catch AccountError.wrongCredentials {
                problems = [FieldProblem(field: "present_password", code: "wrong_password")]
            }
        }
        return choicesPage(request, context, caller, typed, problems: problems)
    }

    private func choicesPage(
        _ request: Request, _ context: PortalContext, _ caller: Owner, _ typed: TypedChoices,
        notice: String? = nil, problems: [FieldProblem] = []
    ) -> Response {
        let words = words(context)
        func label(_ name: String) -> String {
            ["channels", "language"].contains(name)
                ? words("notifications.choices.\(name)") : words("accounts.field.\(name)")
        }
        let builder = FieldBuilder(
            words: words,
            messages: Dictionary(problems.map { ($0.field, words.message($0, label: label($0.field))) }) { $1 })
        let fields = [
            builder.boxes(
                "channels", label: label("channels"), hint: words("notifications.choices.channels.hint"),
                options: ["email", "sms"].map { ($0, words("notifications.choices.by.\($0)")) },
                chosen: (typed.wantsEmail ? ["email"] : []) + (typed.wantsSMS ? ["sms"] : [])),
            builder.input(
                "email", label: label("email"), value: typed.email, type: "email", mode: "email", autocomplete: "email",
                isOptional: true),
            builder.input(
                "phone", label: label("phone"), value: typed.phone, type: "tel", mode: "tel", autocomplete: "tel",
                isOptional: true),
            builder.choice(
                "language", label: label("language"), hint: words("notifications.choices.language.hint"),
                options: Language.allCases.map {
                    ($0.rawValue, words("notifications.choices.language.\($0.rawValue)"))
                },
                chosen: typed.language.rawValue),
            builder.input(
                "present_password", label: label("present_password"),
                hint: words("notifications.choices.password.hint"),
                type: "password", autocomplete: "current-password", isOptional: true),
        ]
        let page = NotificationChoicesPage(
            title: words.title("notifications.title.choices", hasErrors: !problems.isEmpty), notice: notice,
            errors: FieldBuilder.summary(fields), hasErrors: !problems.isEmpty, fields: fields)
        return respond(
            page, to: caller.visitor, context, request, status: problems.isEmpty ? .ok : .unprocessableContent)
    }
}

/// What stands in the controls, whether or not it can be read.
private struct TypedChoices {
    let email: String
    let phone: String
    let language: Language
    let wantsEmail: Bool
    let wantsSMS: Bool

    init(_ choices: NotificationChoices) {
        email = choices.email ?? ""
        phone = choices.phone ?? ""
        language = choices.language
        wantsEmail = choices.wantsEmail
        wantsSMS = choices.wantsSMS
    }

    init(_ form: FormFields) {
        email = form["email"] ?? ""
        phone = form["phone"] ?? ""
        language = form["language"].flatMap(Language.init(rawValue:)) ?? .vi
        wantsEmail = form.all("channels").contains("email")
        wantsSMS = form.all("channels").contains("sms")
    }

    var problems: [FieldProblem] {
        [
            !email.cleaned.isEmpty && EmailAddress(email) == nil
                ? FieldProblem(field: "email", code: "invalid_email") : nil,
            !phone.cleaned.isEmpty && PhoneNumber(phone) == nil
                ? FieldProblem(field: "phone", code: "invalid_phone") : nil,
        ].compactMap(\.self)
    }

    var choices: NotificationChoices {
        NotificationChoices(
            email: EmailAddress(email)?.description, phone: PhoneNumber(phone)?.description, language: language,
            wantsEmail: wantsEmail, wantsSMS: wantsSMS)
    }
}
