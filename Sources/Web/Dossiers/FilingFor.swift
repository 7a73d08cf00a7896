import Accounts
import Catalogue
import Core
import Dossiers
import Pages
import Server

/// For whom somebody files: themselves, their child, or a principal under a mandate.
enum FilingFor: Hashable {
    case oneself
    case child
    case principal(Mandate.ID)

    /// As the form has it; nil for what no page of ours offers.
    init?(_ text: String) {
        switch text {
        case "self": self = .oneself
        case "child": self = .child
        default:
            guard let id = Mandate.ID(text) else { return nil }
            self = .principal(id)
        }
    }

    var value: String {
        switch self {
        case .oneself: "self"
        case .child: "child"
        case .principal(let id): id.description
        }
    }

    /// The names of the form's inputs about it.
    static let inputs = [
        "for", "child_name", "child_birth.day", "child_birth.month", "child_birth.year", "child_number",
    ]
}

extension Child {
    /// As typed on the first page of a form.
    init(_ fields: FormFields, on today: Day) throws {
        try self.init(
            name: fields["child_name"] ?? "", dateOfBirth: fields.day("child_birth").day,
            personalNumber: fields["child_number"] ?? "", on: today)
    }
}

extension Web {
    /// For whom the caller may file under a form: those whom the form is for, and whose mandate covers the procedure.
    func filingChoices(
        _ form: Form, _ code: String, _ context: PortalContext, _ caller: Applicant
    ) async throws -> [(choice: FilingFor, label: String)] {
        let words = words(context)
        let session = caller.session
        var choices: [(FilingFor, String)] = []
        if form.subjects.contains(session.kind.rawValue) {
            choices.append((.oneself, words("dossiers.for.self", ["name": session.name])))
            if session.kind == .citizen { choices.append((.child, words("dossiers.for.child"))) }
        }
        let day = Day(of: context.now)
        for mandate in try await accounts.mandates(naming: session.accountID)
        where form.subjects.contains(mandate.principalKind.rawValue)
            && mandate.allows(session.accountID, toFile: code, on: day)
        {
            choices.append((.principal(mandate.id), words("dossiers.for.principal", ["name": mandate.principalName])))
        }
        return choices
    }

    /// The questions about it; none where there is no choice.
    func filingFields(
        _ choices: [(choice: FilingFor, label: String)], chosen: FilingFor, _ fields: FormFields,
        _ builder: FieldBuilder
    ) -> [FieldView] {
        guard choices.count > 1 else { return [] }
        let words = builder.words
        func label(_ name: String) -> String { words("dossiers.for.\(name)") }
        let who = builder.choice(
            "for", label: label("label"), options: choices.map { ($0.choice.value, $0.label) }, chosen: chosen.value)
        guard choices.contains(where: { $0.choice == .child }) else { return [who] }
        let child = [
            builder.input(
                "child_name", label: label("child_name"), hint: label("child_name.hint"),
                value: fields["child_name"] ?? "", width: "wide"),
            builder.date("child_birth", label: label("child_birth"), parts: fields.day("child_birth").parts),
            builder.input(
                "child_number", label: label("child_number"), hint: label("child_number.hint"),
                value: fields["child_number"] ?? "", mode: "numeric", isOptional: true),
        ]
        return [who]
            + child.map { view in
                var view = view
                view.condition = FieldView.ConditionView(
                    field: "for", values: FilingFor.child.value, text: words("dossiers.for.child.only"))
                return view
            }
    }
}
