import Accounts
import Core
import Dossiers
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Pages
import Server

/// An agency's officers and their duties, for whoever supervises them.
extension Web {
    /// Officers who supervise their agency or a unit of it.
    var supervisor: Audience<Staff> {
        let officer = officer
        return Audience("supervisor") { request, context in
            let caller = try await officer.resolve(request, context)
            try caller.require(.supervise)
            return caller
        }
    }

    /// `GET /can-bo/don-vi`
    @Sendable func listMembers(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        try await membersPage(request, context, staff, done: try request.queryFields()["done"])
    }

    /// `POST /can-bo/don-vi`: adds a unit.
    @Sendable func addUnit(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let name = (try await request.form(from: staff.visitor)["name"] ?? "").cleaned
        var problem: FieldProblem?
        if name.isEmpty {
            problem = FieldProblem(field: "name", code: "required")
        } else if name.utf8.count > 200 {
            problem = FieldProblem(field: "name", code: "too_long", arguments: ["max": "200"])
        } else if try await !accounts.addUnit(named: name, by: staff.session, at: context.now) {
            problem = FieldProblem(field: "name", code: "unit_name_taken")
        }
        guard problem == nil else {
            return try await membersPage(request, context, staff, name: name, problem: problem)
        }
        return done("unit", context)
    }

    /// `GET /can-bo/don-vi/{id}`
    @Sendable func showMember(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let member = try await member(context, staff)
        return try await memberPage(member, MemberForm(member), request, context, staff)
    }

    /// `POST /can-bo/don-vi/{id}`: replaces unit and duties.
    @Sendable func changeMember(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let form = MemberForm(try await request.form(from: staff.visitor))
        let member = try await member(context, staff)
        do {
            guard let unit = form.chosenUnit else { throw StaffError.outsideUnit }
            try await accounts.changeDuties(
                of: member.id, unit: unit, duties: form.duties, seen: form.version, by: staff.session, at: context.now)
        } catch let error as StaffError {
            var form = form
            form.version = member.version
            return try await memberPage(member, form, problem: error.problem, request, context, staff)
        }
        return done("changed", context)
    }

    /// `POST /can-bo/don-vi/{id}/xac-thuc`: takes a lost second factor away.
    @Sendable func resetFactor(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        _ = try await request.form(from: staff.visitor)
        let member = try await member(context, staff)
        do {
            try await accounts.resetFactor(of: member.id, by: staff.session, at: context.now)
        } catch StaffError.ownDuties {
            return try await memberPage(
                member, MemberForm(member), problem: StaffError.ownDuties.problem, request, context, staff)
        }
        return done("factor", context)
    }

    /// `POST /can-bo/don-vi/{id}/nghi`: ends the membership; a colleague takes over what is open.
    @Sendable func endMembership(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let input = try await request.form(from: staff.visitor)
        let member: Member
        do {
            member = try await self.member(context, staff)
        } catch StaffError.notFound {
            // Sent twice: they have left.
            guard let id = context.parameter("id").flatMap(Account.ID.init),
                try await accounts.hasLeft(id, for: staff.session)
            else { throw StaffError.notFound }
            return done("left", context)
        }
        var form = MemberForm(member)
        form.successor = input["successor"] ?? ""
        do {
            _ = try await dossiers.endMembership(
                of: member.id, successor: Account.ID(form.successor), by: staff.officer, session: staff.session,
                at: context.now)
        } catch let failure as ValidationFailure {
            return try await memberPage(member, form, problem: failure.problems.first, request, context, staff)
        } catch let error as StaffError where error != .notFound {
            let problem = FieldProblem(field: "successor", code: error.problem.code)
            return try await memberPage(member, form, problem: problem, request, context, staff)
        }
        return done("left", context)
    }

    private func member(_ context: PortalContext, _ staff: Staff) async throws -> Member {
        guard let id = context.parameter("id").flatMap(Account.ID.init) else { throw RequestFailure.notFound }
        return try await accounts.member(id, for: staff.session)
    }

    private func done(_ what: String, _ context: PortalContext) -> Response {
        .seeOther(Link(context.language, path: ["can-bo", "don-vi"], query: ["done": what]).address)
    }

    private func membersPage(
        _ request: Request, _ context: PortalContext, _ staff: Staff, done: String? = nil, name: String = "",
        problem: FieldProblem? = nil
    ) async throws -> Response {
        let words = words(context)
        let members = try await accounts.members(for: staff.session)
        let label = words("accounts.staff.unit.name")
        let builder = FieldBuilder(
            words: words, messages: problem.map { ["name": words.message($0, label: label)] } ?? [:])
        let field = builder.input("name", label: label, value: name, width: "wide")
        let page = MembersPage(
            title: words.title("accounts.title.staff", hasErrors: problem != nil),
            errors: FieldBuilder.summary([field]), hasErrors: problem != nil,
            notice: done.flatMap { words.optional("accounts.staff.done.\($0)") },
            members: members.map { member in
                MembersPage.MemberView(
                    link: Link(context.language, path: ["can-bo", "don-vi", member.id.description]), name: member.name,
                    login: member.login, unit: member.unitName ?? words("accounts.staff.unit.none"),
                    isWhole: member.unitName == nil, duties: words.duties(member.duties), hasFactor: member.hasFactor)
            }, mayAddUnit: staff.session.unitID == nil, field: field)
        return respond(page, to: staff.visitor, context, request)
    }

    private func memberPage(
        _ member: Member, _ form: MemberForm, problem: FieldProblem? = nil, _ request: Request,
        _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let words = words(context)
        let isOwn = member.id == staff.session.accountID
        let units = try await accounts.units(for: staff.session)
        let colleagues = try await dossiers.colleagues(of: staff.officer).filter { $0.id != member.id }
        let open = try await dossiers.openDossiers(of: member.id, by: staff.officer)
        let builder = FieldBuilder(
            words: words,
            messages: problem.map { [$0.field: words.message($0, label: words("accounts.staff.field.\($0.field)"))] }
                ?? [:])
        let fields = form.fields(builder, units: units, mayLeaveUnit: staff.session.unitID == nil)
        let successor = builder.select(
            "successor", label: words("accounts.staff.field.successor"), hint: words("accounts.staff.hint.successor"),
            options: colleagues.map { ($0.id.description, $0.name) }, chosen: form.successor, isOptional: open == 0)
        let page = MemberPage(
            title: words.title("accounts.title.member", ["name": member.name], hasErrors: problem != nil),
            errors: FieldBuilder.summary(fields + [successor]), hasErrors: problem != nil, name: member.name,
            login: member.login, action: Link(context.language, path: ["can-bo", "don-vi", member.id.description]),
            isOwn: isOwn, version: String(form.version), fields: fields,
            mayReset: member.hasFactor && !isOwn,
            resetAction: Link(context.language, path: ["can-bo", "don-vi", member.id.description, "xac-thuc"]),
            open: words("accounts.staff.open", ["count": words.formats.number(open)]),
            leaveAction: Link(context.language, path: ["can-bo", "don-vi", member.id.description, "nghi"]),
            successor: successor)
        return respond(
            page, to: staff.visitor, context, request, status: problem == nil ? .ok : .unprocessableContent)
    }
}

/// Unit and duties of an officer as they are, or as they were chosen.
struct MemberForm {
    var version: Int32
    var unit: String
    var duties: Set<Duty>
    var successor = ""

    init(_ member: Member) {
        version = member.version
        unit = member.unitID?.uuidString.lowercased() ?? Self.whole
        duties = member.duties
    }

    init(_ form: FormFields) {
        version = form["version"].flatMap { Int32($0) } ?? 0
        unit = form["unit"] ?? ""
        duties = Set(form.all("duties").compactMap(Duty.init))
    }

    /// The chosen unit, nil inside for the whole agency; nil for what is neither.
    var chosenUnit: UUID?? {
        if unit == Self.whole { return .some(nil) }
        return UUID(uuidString: unit).map { .some($0) }
    }

    private static let whole = "whole"

    /// - Parameter mayLeaveUnit: the whole agency may be chosen.
    func fields(_ builder: FieldBuilder, units: [AgencyUnit], mayLeaveUnit: Bool) -> [FieldView] {
        let words = builder.words
        let whole = mayLeaveUnit ? [(Self.whole, words("accounts.staff.unit.none"))] : []
        return [
            builder.boxes(
                "duties", label: words("accounts.staff.field.duties"), hint: words("accounts.staff.hint.duties"),
                options: Duty.allCases.map { ($0.rawValue, words("accounts.duty.\($0.rawValue).does")) },
                chosen: duties.map(\.rawValue)),
            builder.select(
                "unit", label: words("accounts.staff.field.unit"),
                options: whole + units.map { ($0.id.uuidString.lowercased(), $0.name) }, chosen: unit),
        ]
    }
}

extension StaffError {
    /// Where the page says so.
    fileprivate var problem: FieldProblem {
        switch self {
        case .notFound, .changedMeanwhile: FieldProblem(field: "duties", code: "staff_changed")
        case .lastSupervisor: FieldProblem(field: "duties", code: "staff_last_supervisor")
        case .ownDuties: FieldProblem(field: "duties", code: "staff_own_duties")
        case .noDuty: FieldProblem(field: "duties", code: "staff_no_duty")
        case .outsideUnit: FieldProblem(field: "unit", code: "no_such_unit")
        }
    }
}

extension Words {
    /// Duties in words, in the order of the work.
    func duties(_ duties: Set<Duty>) -> String {
        Duty.allCases.filter(duties.contains).map { self("accounts.duty.\($0.rawValue).name") }.joined(separator: ", ")
    }
}
