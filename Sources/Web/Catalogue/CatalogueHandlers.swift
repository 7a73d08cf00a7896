import Accounts
import Agencies
import Catalogue
import Core
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Pages
import Postgres
import Server

extension Web {
    /// `GET /`
    @Sendable func showHome(_ request: Request, _ context: PortalContext, _ visitor: Visitor) async throws -> Response {
        try await publicPage(request, context, visitor, canonical: []) {
            let words = words(context)
            async let totals = catalogue.totals()
            async let fields = catalogue.fields(limit: 12)
            let events = try await lifeEvents(context)
            return try await HomePage(
                title: words("catalogue.title.home"), online: words.formats.number(totals.online),
                total: words.formats.number(totals.procedures), hasEvents: !events.isEmpty,
                citizenEvents: events.lines(for: .citizen, words), businessEvents: events.lines(for: .business, words),
                featured: try await featured(context).map { ProcedureLine($0, words.language) },
                fields: fields.map { field in
                    FieldLine(
                        name: field.name, count: words.formats.number(field.procedures),
                        link: Link(words.language, path: ["thu-tuc"], query: ["field": field.name]))
                })
        }
    }

    /// The services that editors chose for the home page; without a choice, some of those that can be filed here.
    private func featured(_ context: PortalContext) async throws -> [ProcedureSummary] {
        let codes = try await contents.shown(at: context.now).featured
        let known = try await contents.procedures(codes)
        let chosen = codes.compactMap { known[$0] }
        return chosen.isEmpty ? try await catalogue.online(limit: 10) : chosen
    }

    /// `GET /thu-tuc/{code}?method=&case=`
    @Sendable func showProcedure(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        let code = context.parameter("code") ?? ""
        let query = try request.queryFields()
        let now = context.now
        return try await publicPage(request, context, visitor, canonical: ["thu-tuc", code], until: now.nextMinute) {
            guard let procedure = try await catalogue.procedure(code) else { throw RequestFailure.notFound }
            let revision =
                if let id = procedure.revisionID { try await catalogue.revision(id) } else { nil as Revision? }
            let history = try await catalogue.history(of: code)
            let words = words(context)
            let estimate =
                if let revision, procedure.retiredAt == nil {
                    try await estimate(of: revision, code: code, query: query, at: now, words)
                } else { nil as ProcedurePage.EstimateView? }
            return try ProcedurePage(
                procedure, revision, history: history, estimate: estimate, origin: publicURL, words)
        }
    }

    /// `GET /thu-tuc/{code}/ban/{number}`: what a dossier was filed under, readable for good.
    @Sendable func showOldRevision(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        let code = context.parameter("code") ?? ""
        let text = context.parameter("number") ?? ""
        return try await publicPage(request, context, visitor, canonical: ["thu-tuc", code, "ban", text]) {
            guard let number = Int32(text), String(number) == text,
                let past = try await catalogue.revision(number, of: code),
                let procedure = try await catalogue.procedure(code),
                let revision = try await catalogue.revision(past.id)
            else { throw RequestFailure.notFound }
            let history = try await catalogue.history(of: code)
            return try ProcedurePage(
                procedure, revision, past: past, history: history, origin: publicURL, words(context))
        }
    }

    /// `GET /don-vi/{province}/xa`: the wards of a province for the page's own script.
    @Sendable func listWards(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        let wards = try await agencies.wards(of: context.parameter("province") ?? "", on: Day(of: context.now))
        let json = JSON.array(wards.map { ["code": .string($0.code), "name": .string($0.name)] })
        var response = Response.json(json.serialized())
        response.headers[.cacheControl] = "public, max-age=3600"
        return response
    }

    /// A page that looks the same to everyone who isn't signed in: theirs is kept until the catalogue changes.
    /// - Parameters:
    ///   - canonical: the parts of its one stable path, where it has one; search engines are told.
    ///   - until: when it is to be made anew although nothing changed, since it says something about the time.
    func publicPage<P: Page>(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor, canonical: [String]? = nil,
        until: Date? = nil,
        make: @escaping @Sendable () async throws -> P
    ) async throws -> Response {
        let headers: @Sendable () -> HTTPFields = {
            guard let canonical, let name = HTTPField.Name("Link") else { return [:] }
            return [name: addresses(of: canonical, context.language)]
        }
        guard visitor.session == nil else {
            var response = respond(try await make(), to: visitor, context, request)
            response.headers.append(contentsOf: headers())
            return response
        }
        // Nobody's page: nothing of the one who happened to ask first stands on it.
        let nobody = Visitor(session: nil, secret: "", isNew: false, notices: visitor.notices)
        let notices = visitor.notices.map { " \($0.id).\($0.version)" }.joined()
        let key = "\(context.language.rawValue) \(request.uri.string)\(notices)"
        let state = catalogue.state(at: context.now)
        return try await cache.page(key, state: state, until: until, at: context.now, headers: headers) {
            render(try await make(), for: nobody, context, request)
        }.response(
            type: "text/html; charset=utf-8", cacheControl: "private, max-age=0, must-revalidate",
            vary: "Accept-Encoding, Cookie", for: request)
    }

    /// The addresses of a page: the one to be named by, and those of each language (RFC 8288).
    private func addresses(of path: [String], _ language: Language) -> String {
        func target(_ language: Language) -> String { "<\(publicURL)\(Link(language, path: path).address)>" }
        return "\(target(language)); rel=\"canonical\", "
            + Language.allCases.map { "\(target($0)); rel=\"alternate\"; hreflang=\"\($0.rawValue)\", " }.joined()
            + "\(target(.vi)); rel=\"alternate\"; hreflang=\"x-default\""
    }
}

extension ProcedureLine {
    init(_ procedure: ProcedureSummary, _ language: Language) {
        let english = language == .en ? procedure.nameEnglish : nil
        self.init(
            code: procedure.code, name: english ?? procedure.name, language: english == nil ? "vi" : "en",
            field: procedure.field, agency: procedure.executing.first ?? procedure.promulgator,
            isOnline: procedure.isOnline)
    }
}
