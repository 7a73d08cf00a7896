import Agencies
import Catalogue
import Core
import Dossiers
import FoundationEssentials
import Hummingbird
import Pages
import Postgres
import Server

extension Web {
    /// `GET /co-quan?q=&tinh=&after=`
    @Sendable func showAgencies(_ request: Request, _ context: PortalContext, _ visitor: Visitor) async throws
        -> Response
    {
        let query = try request.queryFields()
        let text = String((query["q"] ?? "").cleaned.prefix(200))
        let (province, after) = (query["tinh"] ?? "", query["after"] ?? "")
        let canonical = request.uri.query == nil ? ["co-quan"] : nil
        return try await publicPage(request, context, visitor, canonical: canonical) {
            if !text.isEmpty { return try await foundAgencies(text, after: after, context) }
            if !province.isEmpty { return try await agencies(of: province, after: after, context) }
            return try await nationalAgencies(context)
        }
    }

    private func nationalAgencies(_ context: PortalContext) async throws -> AgenciesPage {
        let (words, today) = (words(context), Day(of: context.now))
        async let provinces = agencies.provinces(on: today)
        let national = try await agencies.national(on: today)
        let isMinistry = { (agency: AgencySummary) in
            [AgencyKind.ministry.rawValue, AgencyKind.ministerialAgency.rawValue].contains(agency.kind)
        }
        return try await AgenciesPage(
            title: words("agencies.title.list"), heading: words("agencies.title.list"), query: "",
            groups: [
                AgenciesPage.GroupView("ministries", national.filter(isMinistry), words, on: today),
                AgenciesPage.GroupView("national", national.filter { !isMinistry($0) }, words, on: today),
            ].compactMap(\.self),
            isBrowsing: true,
            provinces: provinces.map {
                AgenciesPage.LinkView(link: .agencies(of: $0.code, words.language), title: $0.name)
            },
            isSearch: false, isEmpty: false, results: [], next: nil)
    }

    private func agencies(of code: String, after: String, _ context: PortalContext) async throws -> AgenciesPage {
        let (words, today) = (words(context), Day(of: context.now))
        guard let province = try await agencies.provinces(on: today).first(where: { $0.code == code }) else {
            throw RequestFailure.notFound
        }
        let provincial = after.isEmpty ? try await agencies.provincial(code, on: today) : []
        let committees = try await agencies.committees(of: code, on: today, after: after, limit: 50)
        return AgenciesPage(
            title: words("agencies.title.province", ["province": province.name]), heading: province.name, query: "",
            groups: [
                AgenciesPage.GroupView("provincial", provincial, words, on: today),
                AgenciesPage.GroupView("committees", committees.items, words, on: today),
            ].compactMap(\.self),
            isBrowsing: false, provinces: [], isSearch: false, isEmpty: provincial.isEmpty && committees.items.isEmpty,
            results: [], next: committees.next.map { .agencies(of: code, words.language, after: $0) })
    }

    private func foundAgencies(_ text: String, after: String, _ context: PortalContext) async throws -> AgenciesPage {
        let (words, today) = (words(context), Day(of: context.now))
        let found = try await agencies.search(text, after: after, limit: 30)
        return AgenciesPage(
            title: words("agencies.title.search", ["query": text]), heading: words("agencies.search.results"),
            query: text, groups: [], isBrowsing: false, provinces: [], isSearch: true, isEmpty: found.items.isEmpty,
            results: found.items.map { AgencyLine($0, words, on: today, saysKind: true) },
            next: found.next.map { Link(words.language, path: ["co-quan"], query: ["q": text, "after": $0]) })
    }

    /// `GET /co-quan/{code}`
    @Sendable func showAgency(_ request: Request, _ context: PortalContext, _ visitor: Visitor) async throws -> Response
    {
        let code = context.parameter("code") ?? ""
        return try await publicPage(request, context, visitor, canonical: ["co-quan", code]) {
            let (words, today) = (words(context), Day(of: context.now))
            guard let agency = try await agencies.record(code) else { throw RequestFailure.notFound }
            async let predecessors = agencies.predecessors(of: agency.name)
            async let performance = dossiers.performance(of: agency.code)
            async let flags = dossiers.flags(of: agency.code, since: today + -365)
            async let services = catalogue.online(receivedBy: agency.summary.kind, limit: 20)
            async let procedures = catalogue.search(
                ProcedureSearch(agency: agency.name, limit: 20), at: context.now)
            async let provinces = agencies.provinces(on: today)
            return try await AgencyRecordPage(
                agency, predecessors: predecessors, provinces: provinces, performance: performance, flags: flags,
                services: agency.summary.exists(on: today) ? services : [], procedures: procedures.items, words,
                on: today)
        }
    }
}

extension Link {
    fileprivate static func agencies(of province: String, _ language: Language, after: String? = nil) -> Link {
        guard let after else { return Link(language, path: ["co-quan"], query: ["tinh": province]) }
        return Link(language, path: ["co-quan"], query: ["tinh": province, "after": after])
    }
}

extension AgenciesPage.GroupView {
    /// Nil when there is nothing to list.
    fileprivate init?(_ name: String, _ agencies: [AgencySummary], _ words: Words, on today: Day) {
        guard !agencies.isEmpty else { return nil }
        self.init(
            heading: words("agencies.group.\(name)"),
            agencies: agencies.map { AgencyLine($0, words, on: today, saysKind: false) })
    }
}

extension AgencyLine {
    /// - Parameter saysKind: where agencies of several kinds stand in one list.
    init(_ agency: AgencySummary, _ words: Words, on today: Day, saysKind: Bool) {
        self.init(
            code: agency.code, name: agency.name, kind: saysKind ? words.kind(agency) : nil,
            doubt: words.doubt(agency), hasEnded: !agency.exists(on: today))
    }
}

extension Words {
    /// What kind of agency it is; nil for one that only an installation knows.
    fileprivate func kind(_ agency: AgencySummary) -> String? {
        AgencyKind(rawValue: agency.kind).map { self("agencies.kind.\($0.rawValue)") }
    }

    fileprivate func doubt(_ agency: AgencySummary) -> String? {
        agency.codeStatus == .verified ? nil : self("agencies.code.\(agency.codeStatus.rawValue)")
    }
}

extension Web {
    /// The keys about agencies that code puts together.
    static var agencyTextKeys: [String] {
        AgencyKind.allCases.map { "agencies.kind.\($0.rawValue)" }
            + ["ministries", "national", "provincial", "committees"].map { "agencies.group.\($0)" }
            + CodeStatus.allCases.filter { $0 != .verified }.flatMap { status in
                ["agencies.code.\(status.rawValue)", "agencies.doubt.\(status.rawValue)"]
            }
    }
}

extension AgencyRecordPage {
    fileprivate init(
        _ agency: AgencyRecord, predecessors: [AgencySummary], provinces: [AdministrativeUnit],
        performance: AgencyPerformance?, flags: [FlagCount], services: [ProcedureSummary],
        procedures: [ProcedureSummary], _ words: Words,
        on today: Day
    ) {
        let (language, profile) = (words.language, agency.profile)
        func link(_ code: String, _ name: String) -> AgenciesPage.LinkView {
            AgenciesPage.LinkView(link: Link(language, path: ["co-quan", code]), title: name)
        }
        let province = provinces.first { $0.code == agency.provinceCode }.map { province in
            AgenciesPage.LinkView(link: .agencies(of: province.code, language), title: province.name)
        }
        self.init(
            title: words("agencies.title.show", ["name": agency.name, "code": agency.code]), code: agency.code,
            name: agency.name, kind: words.kind(agency.summary),
            doubt: agency.summary.codeStatus == .verified
                ? nil : words("agencies.doubt.\(agency.summary.codeStatus.rawValue)"),
            back: province?.link ?? Link(language, path: ["co-quan"]), ended: EndedView(agency, words, on: today),
            parent: agency.parentCode.flatMap { code in agency.parentName.map { link(code, $0) } }, province: province,
            hasPredecessors: !predecessors.isEmpty, predecessors: predecessors.map { link($0.code, $0.name) },
            hasContact: profile.hasContact,
            address: profile.address, hours: HoursView(profile.hours, language), phone: profile.phone,
            email: profile.email.flatMap { Link("mailto:\($0)") }, emailText: profile.email ?? "",
            website: profile.website.flatMap { Link($0) }, hasPlaces: !profile.places.isEmpty,
            places: profile.places.map { place in
                PlaceView(
                    name: place.name, address: place.address, phone: place.phone,
                    hours: HoursView(place.hours, language))
            },
            updated: agency.updatedAt.map(words.formats.date),
            performance: performance.map { PerformanceView($0, words) }, hasFlags: !flags.isEmpty,
            flags: flags.map { flag in
                words("agencies.flag.\(flag.flag)", ["count": words.formats.number(flag.count)])
            },
            flagsSince: words.formats.date(today + -365),
            hasServices: !services.isEmpty, services: services.map { ProcedureLine($0, language) },
            hasProcedures: !procedures.isEmpty, procedures: procedures.map { ProcedureLine($0, language) },
            allProcedures: Link(language, path: ["thu-tuc"], query: ["agency": agency.name]))
    }
}

extension AgencyRecordPage.EndedView {
    /// Nil while the agency exists.
    fileprivate init?(_ agency: AgencyRecord, _ words: Words, on today: Day) {
        guard let end = agency.summary.validTo, end <= today else { return nil }
        self.init(
            date: words.formats.date(end), hasSuccessor: agency.successorName != nil,
            successor: agency.successorName ?? "",
            link: agency.successorCode.map { Link(words.language, path: ["co-quan", $0]) })
    }
}

extension AgencyRecordPage.HoursView {
    /// Nil when nobody has written any.
    fileprivate init?(_ hours: AgencyProfile.Hours, _ language: Language) {
        let english = language == .en ? hours.en : nil
        guard let text = english ?? hours.vi ?? hours.en else { return nil }
        let isEnglish = english != nil || hours.vi == nil
        self.init(
            language: isEnglish ? "en" : "vi", lines: text.split(separator: "\n").map(String.init))
    }
}

extension AgencyRecordPage.PerformanceView {
    fileprivate init(_ performance: AgencyPerformance, _ words: Words) {
        func share(_ perMille: Int) -> String {
            let (whole, tenth) = perMille.quotientAndRemainder(dividingBy: 10)
            return tenth == 0 ? "\(whole)" : "\(whole)\(words.language == .vi ? "," : ".")\(tenth)"
        }
        self.init(
            share: share(performance.perMille),
            finished: words.formats.number(performance.finished), onTime: words.formats.number(performance.onTime),
            since: words.formats.date(performance.since), until: words.formats.date(performance.computedAt),
            computed: words.formats.dateTime(performance.computedAt),
            index: performance.indexPerMille.map {
                words(
                    "agencies.show.performance.index",
                    [
                        "share": share($0), "onTime": words.formats.number(performance.indexOnTime),
                        "finished": words.formats.number(performance.indexed),
                    ])
            })
    }
}
