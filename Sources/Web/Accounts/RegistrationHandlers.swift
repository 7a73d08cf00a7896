import Accounts
import Core
import FoundationEssentials
import Hummingbird
import Pages
import Server

extension Web {
    /// `GET /dang-ky`
    @Sendable func showRegisterChoice(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        respond(RegisterChoicePage(title: words(context)("accounts.title.choose")), to: visitor, context, request)
    }

    /// `GET /dang-ky/cong-dan`
    @Sendable func showCitizenRegistration(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        registerPage(
            RegistrationForm(FormFields([]), isBusiness: false, on: Day(of: context.now)), request, context, visitor)
    }

    /// `GET /dang-ky/doanh-nghiep`
    @Sendable func showBusinessRegistration(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        registerPage(
            RegistrationForm(FormFields([]), isBusiness: true, on: Day(of: context.now)), request, context, visitor)
    }

    /// `POST /dang-ky/cong-dan`
    @Sendable func registerCitizen(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        try await register(isBusiness: false, request, context, visitor)
    }

    /// `POST /dang-ky/doanh-nghiep`
    @Sendable func registerBusiness(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        try await register(isBusiness: true, request, context, visitor)
    }

    /// Opens the account and leads to the sign-in page: the same way for a number that had one already, so that nobody
    /// learns who is registered.
    private func register(
        isBusiness: Bool, _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        let fields = try await request.form(from: visitor)
        let form = RegistrationForm(fields, isBusiness: isBusiness, on: Day(of: context.now))
        let isConfirmed = fields["confirmed"] == "1"
        guard let registration = form.registration, form.warnings.isEmpty || isConfirmed else {
            return registerPage(form, request, context, visitor, isSent: true)
        }
        _ = try await accounts.register(registration, at: context.now)
        return .seeOther(Link(context.language, path: ["dang-nhap"], query: ["moi": "1"]).address)
    }

    private func registerPage(
        _ form: RegistrationForm, _ request: Request, _ context: PortalContext, _ visitor: Visitor, isSent: Bool = false
    ) -> Response {
        let words = words(context)
        let fields = form.views(words, isSent: isSent)
        let errors = FieldBuilder.summary(fields)
        let warnings = isSent && errors.isEmpty ? form.warnings : []
        let name = form.isBusiness ? "business" : "citizen"
        let page = RegisterPage(
            title: words.title("accounts.title.register.\(name)", hasErrors: !errors.isEmpty),
            isBusiness: form.isBusiness, errors: errors, hasErrors: !errors.isEmpty, hasWarnings: !warnings.isEmpty,
            warnings: warnings.map { words.message($0, label: words("accounts.field.personal_number")) },
            fields: fields,
            action: Link(words.language, path: ["dang-ky", form.isBusiness ? "doanh-nghiep" : "cong-dan"]))
        return respond(page, to: visitor, context, request, hasForm: true)
    }
}

/// What was typed into a registration, what it means, and what is wrong with it.
struct RegistrationForm {
    let isBusiness: Bool
    private let fields: FormFields
    private(set) var problems: [FieldProblem] = []
    private(set) var warnings: [FieldProblem] = []
    private(set) var registration: Registration?

    init(_ fields: FormFields, isBusiness: Bool, on today: Day) {
        self.fields = fields
        self.isBusiness = isBusiness
        read(on: today)
    }

    private mutating func read(on today: Day) {
        let name = isBusiness ? businessName() : required("name", "invalid_name", PersonName.init)?.description
        let number = required(
            isBusiness ? "representative_number" : "personal_number", "invalid_personal_number", PersonalNumber.init)
        let phone = required("phone", "invalid_phone", PhoneNumber.init)
        let email = optional("email", "invalid_email", EmailAddress.init)
        let born = isBusiness ? nil : dateOfBirth(notAfter: today)
        let sex = isBusiness ? nil : fields["sex"].flatMap(Sex.init)
        if !isBusiness, sex == nil { refuse("sex", "required") }
        let representative =
            isBusiness ? required("representative_name", "invalid_name", PersonName.init)?.description : nil
        let taxCode = isBusiness ? required("tax_code", "invalid_tax_code", TaxCode.init) : nil
        let password = password(not: [number?.digits, taxCode?.description, name, phone?.description])
        guard problems.isEmpty, let name, let number, let password else { return }
        if isBusiness, let taxCode, let representative {
            registration = Registration(
                business: taxCode, name: name, password: password, phone: phone?.description, email: email?.description,
                representativeName: representative, representativeNumber: number)
        } else if let born, let sex {
            warnings = number.warnings(dateOfBirth: born, sex: sex)
            registration = Registration(
                citizen: number, name: name, password: password, dateOfBirth: born, sex: sex.rawValue,
                phone: phone?.description, email: email?.description)
        }
    }

    private mutating func refuse(_ field: String, _ code: String, _ arguments: [String: String] = [:]) {
        problems.append(FieldProblem(field: field, code: code, arguments: arguments))
    }

    private mutating func required<Value>(_ name: String, _ code: String, _ read: (String) -> Value?) -> Value? {
        if (fields[name] ?? "").cleaned.isEmpty {
            refuse(name, "required")
            return nil
        }
        return optional(name, code, read)
    }

    private mutating func optional<Value>(_ name: String, _ code: String, _ read: (String) -> Value?) -> Value? {
        let text = (fields[name] ?? "").cleaned
        guard !text.isEmpty else { return nil }
        guard let value = read(text) else {
            refuse(name, code)
            return nil
        }
        return value
    }

    private mutating func businessName() -> String? {
        let name = (fields["name"] ?? "").cleaned
        if name.isEmpty { refuse("name", "required") }
        if name.utf8.count > 800 { refuse("name", "too_long", ["max": "800"]) }
        return name.isEmpty ? nil : name
    }

    private mutating func dateOfBirth(notAfter today: Day) -> Day? {
        let parts = dateParts
        guard parts.contains(where: { !$0.isEmpty }) else {
            refuse("date_of_birth", "required")
            return nil
        }
        let numbers = parts.map { Int($0) ?? -1 }
        guard let day = Day(year: numbers[2], month: numbers[1], day: numbers[0]), numbers[2] >= 1900 else {
            refuse("date_of_birth", "invalid_date")
            return nil
        }
        if day > today { refuse("date_of_birth", "date_in_future") }
        return day
    }

    private var dateParts: [String] {
        ["day", "month", "year"].map { (fields["date_of_birth.\($0)"] ?? "").cleaned }
    }

    private mutating func password(not known: [String?]) -> String? {
        let password = fields["password"] ?? ""
        if let code = PasswordRules.problem(with: password, knowing: known.compactMap(\.self)) {
            refuse("password", code)
            return nil
        }
        if password != fields["password_repeat"] {
            refuse("password_repeat", "password_mismatch")
            return nil
        }
        return password
    }

    func views(_ words: Words, isSent: Bool) -> [FieldView] {
        func label(_ name: String) -> String { words("accounts.field.\(name)") }
        let messages =
            isSent
            ? Dictionary(problems.map { ($0.field, words.message($0, label: label($0.field))) }) { first, _ in first }
            : [:]
        let builder = FieldBuilder(words: words, messages: messages)
        func line(
            _ name: String, hint: Bool = false, mode: String = "text", type: String = "text",
            autocomplete: String? = nil,
            width: String = "wide", isOptional: Bool = false
        ) -> FieldView {
            builder.input(
                name, label: label(name), hint: hint ? words("accounts.hint.\(name)") : nil, value: fields[name] ?? "",
                type: type, mode: mode, autocomplete: autocomplete, width: width, isOptional: isOptional)
        }
        let contact = [
            line("phone", mode: "tel", type: "tel", autocomplete: "tel", width: "medium"),
            line("email", mode: "email", type: "email", autocomplete: "email", isOptional: true),
        ]
        let passwords = [
            line("password", hint: true, type: "password", autocomplete: "new-password", width: "medium"),
            line("password_repeat", type: "password", autocomplete: "new-password", width: "medium"),
        ]
        if isBusiness {
            var name = line("name", autocomplete: "organization")
            name.label = label("business_name")
            return [
                name, line("tax_code", hint: true, mode: "numeric", width: "medium"),
                line("representative_name", autocomplete: "name"),
                line("representative_number", mode: "numeric", width: "medium"),
            ] + contact + passwords
        }
        return [
            line("name", hint: true, autocomplete: "name"),
            line("personal_number", hint: true, mode: "numeric", width: "medium"),
            builder.date(
                "date_of_birth", label: label("date_of_birth"), hint: words("accounts.hint.date_of_birth"),
                parts: dateParts, isBirthday: true),
            builder.choice(
                "sex", label: label("sex"),
                options: Sex.allCases.map { ($0.rawValue, words("accounts.sex.\($0.rawValue)")) }, chosen: fields["sex"]
            ),
        ] + contact + passwords
    }
}
