import Catalogue
import Core
import Pages
import Postgres

extension ProcedurePage {
    /// - Parameters:
    ///   - revision: the one in force, or the one of `past`.
    ///   - past: an older one that somebody wants to read again.
    ///   - history: what was published, the newest first.
    ///   - origin: where the portal is reached, without a slash at the end.
    init(
        _ procedure: Procedure, _ revision: Revision?, past: NumberedRevision? = nil, history: [PublishedRevision],
        estimate: EstimateView? = nil, origin: String, _ words: Words
    ) throws {
        let past = past.flatMap { $0.id == procedure.revisionID ? nil : $0 }
        let heading = Heading(procedure, try past?.facts(), words.language)
        let facts = revision?.facts
        let code = procedure.code
        let number = past.map { String($0.number) }
        let link = Link(words.language, path: ["thu-tuc", code] + (number.map { ["ban", $0] } ?? []))
        title = number.map { words("catalogue.title.past", ["name": heading.name, "number": $0]) } ?? heading.name
        self.code = code
        name = heading.name
        language = heading.language.rawValue
        field = heading.field
        promulgator = heading.promulgator
        executing = heading.executing
        subjects = heading.subjects
        updated = words.formats.date(procedure.updatedAt)
        address = origin + link.address
        structuredData = past == nil ? StructuredData(procedure, origin: origin, language: words.language).html : nil
        self.past = past.map { PastView($0, of: code, words) }
        levels = (facts?.levels ?? []).map { words("catalogue.level.\($0)") }
        hasChannels = facts?.channels?.isEmpty == false
        channels = (facts?.channels ?? []).map { ChannelView($0, cases: facts?.cases ?? [], words) }
        hasCases = facts?.cases?.isEmpty == false
        cases = (facts?.cases ?? []).map { CaseView(code: $0.name ?? $0.code, time: words.time($0.time)) }
        authorised = facts?.authorised ?? []
        coordinating = facts?.coordinating ?? []
        (hasAuthorised, hasCoordinating) = (!authorised.isEmpty, !coordinating.isEmpty)
        decision = facts?.decision.map { decision in
            words(
                decision.date == nil ? "catalogue.show.decision.undated" : "catalogue.show.decision.text",
                ["number": decision.number, "date": decision.date.map(words.formats.date) ?? ""])
        }
        self.estimate = estimate
        hasConflict = facts?.hasTimeConflict ?? false
        hasDocuments = facts?.documents?.isEmpty == false
        documents = (facts?.documents ?? []).map { group in
            DocumentGroupView(
                name: group.name.isEmpty ? nil : group.name,
                items: group.items.map { item in
                    DocumentView(
                        code: item.code, name: item.name, copies: words.copies(item),
                        templates: item.templates.map { template in
                            TemplateView(
                                // One address for both languages: a file has no language of its interface.
                                link: Link(.vi, path: ["thu-tuc", code, "mau", template.sha256]), name: template.name,
                                detail: words.detail(of: template))
                        })
                })
        }
        hasSteps = facts?.steps?.isEmpty == false
        steps = facts?.steps ?? []
        hasResults = facts?.results?.isEmpty == false
        results = (facts?.results ?? []).map { ReferenceView(code: $0.code, name: $0.name) }
        hasLegalBasis = facts?.legalBasis?.isEmpty == false
        legalBasis = (facts?.legalBasis ?? []).map { ReferenceView(code: $0.code, name: $0.name) }
        requirements = facts?.requirements
        let shown = history.first { $0.id == revision?.id }
        if let revision, let published = shown?.publishedAt ?? procedure.publishedAt {
            self.revision = RevisionView(
                number: String(revision.number), published: words.formats.date(published), source: revision.facts.source
            )
        } else {
            self.revision = nil
        }
        retired = RetiredView(procedure, words)
        hasHistory = history.count > 1
        self.history = history.map { each in
            LinkView(
                link: Link(
                    words.language,
                    path: each.isInForce ? ["thu-tuc", code] : ["thu-tuc", code, "ban", String(each.number)]),
                title: words(
                    "catalogue.show.history.line",
                    ["number": String(each.number), "date": words.formats.date(each.publishedAt)]),
                isCurrent: each.id == revision?.id)
        }
        filing = past != nil || !procedure.isOnline ? nil : revision?.form.map { FilingView($0, of: code, words) }
        offline = past != nil || procedure.retiredAt != nil || filing != nil ? nil : OfflineView(procedure, facts)
    }
}

/// What stands above the parts of a procedure: as it is now, or as an older revision said.
private struct Heading {
    let name: String
    let language: Language
    let field: String
    let promulgator: String
    let executing: [String]
    let subjects: [String]

    init(_ procedure: Procedure, _ facts: JSON?, _ wanted: Language) {
        let english = facts.map { $0["name_en"]?.string } ?? procedure.nameEnglish
        name = (wanted == .en ? english : nil) ?? facts?["name"]?.string ?? procedure.name
        language = wanted == .en && english != nil ? .en : .vi
        field = facts?["field"]?["name"]?.string ?? procedure.field
        promulgator = facts?["promulgator"]?.string ?? procedure.promulgator
        executing = facts?["executing"]?.array?.compactMap(\.string) ?? procedure.executing
        subjects = facts?["subjects"]?.array?.compactMap(\.string) ?? procedure.subjects
    }
}

extension ProcedurePage.RetiredView {
    init?(_ procedure: Procedure, _ words: Words) {
        guard let date = procedure.retiredAt else { return nil }
        self.init(
            date: words.formats.date(date), reason: procedure.retiredReason ?? "",
            replacement: procedure.replacementCode.map { code in
                ProcedurePage.LinkView(
                    link: Link(words.language, path: ["thu-tuc", code]),
                    title: "\(procedure.replacementName ?? "") (\(code))", isCurrent: false)
            })
    }
}

extension ProcedurePage.PastView {
    init(_ past: NumberedRevision, of code: String, _ words: Words) {
        self.init(
            number: String(past.number), published: words.formats.date(past.publishedAt),
            until: past.supersededAt.map { words("catalogue.show.old.until", ["date": words.formats.date($0)]) } ?? "",
            current: Link(words.language, path: ["thu-tuc", code]))
    }
}

extension ProcedurePage.OfflineView {
    init(_ procedure: Procedure, _ facts: ProcedureFacts?) {
        let methods = Set((facts?.channels ?? []).map(\.method))
        self.init(
            agencies: procedure.executing.isEmpty ? [procedure.promulgator] : procedure.executing,
            hasWays: !methods.isEmpty, isDirect: methods.contains("DIRECT"), isPostal: methods.contains("POSTAL"),
            isOnlineElsewhere: methods.contains("ONLINE"), hasPapers: facts?.documents?.isEmpty == false)
    }
}

extension ProcedurePage.FilingView {
    init(_ form: Form, of code: String, _ words: Words) {
        self.init(
            code: code, limit: form.limit.map { words.limit($0.timeLimit) }, basis: form.limit?.basis[words.language],
            subjects: form.subjects.map { words("catalogue.filer.\($0)") }.joined(separator: ", "))
    }
}

extension ProcedurePage.ChannelView {
    init(_ channel: ProcedureFacts.Channel, cases: [ProcedureFacts.Case], _ words: Words) {
        self.init(
            method: words("catalogue.method.\(channel.method)"),
            caseName: channel.caseCode.map { code in cases.first { $0.code == code }?.name ?? code },
            time: channel.time.map(words.time),
            description: channel.description,
            fees: channel.fees.map { ProcedurePage.FeeView($0, words) })
    }
}

extension ProcedurePage.FeeView {
    init(_ fee: ProcedureFacts.Fee, _ words: Words) {
        self.init(
            kind: words("catalogue.fee.\(fee.kind)"),
            // Sources write 0 where the text says how much it is.
            amount: fee.amount.dong == 0 && !fee.note.isEmpty
                ? words("catalogue.fee.noted") : words.formats.money(fee.amount),
            note: fee.note.isEmpty ? nil : fee.note)
    }
}

extension Words {
    /// A time limit as its source gives it, “other” included.
    func time(_ given: ProcedureFacts.GivenTime) -> String {
        limit(given.quantity, unit: given.unit)
    }

    /// “5 ngày làm việc”, “1 working day”.
    /// - Parameter unit: as the national procedure database names it.
    func limit(_ quantity: Int, unit: String) -> String {
        self("dossiers.limit.\(unit)\(quantity == 1 ? ".one" : "")", ["quantity": formats.number(quantity)])
    }

    func limit(_ limit: TimeLimit) -> String { self.limit(limit.quantity, unit: limit.unit.rawValue) }

    /// “1 bản chính, 2 bản sao”; nil when the source asks for neither, as for its notes among the documents.
    func copies(_ document: ProcedureFacts.Document) -> String? {
        let counts = [("originals", document.originals), ("copies", document.copies)].filter { $0.1 > 0 }
        guard !counts.isEmpty else { return nil }
        return counts.map { self("catalogue.show.\($0)", ["count": formats.number($1)]) }.joined(separator: ", ")
    }
}
