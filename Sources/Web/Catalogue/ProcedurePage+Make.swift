import Catalogue
import Core
import Pages
import Postgres

extension ProcedurePage {
    /// - Parameters:
    ///   - revision: the one in force, or an older one that somebody wants to read again.
    ///   - history: what was published, the newest first.
    init(_ procedure: Procedure, _ revision: Revision?, history: [PublishedRevision], _ words: Words) {
        let english = words.language == .en ? procedure.nameEnglish : nil
        let facts = revision?.facts
        title = english ?? procedure.name
        code = procedure.code
        name = english ?? procedure.name
        language = english == nil ? "vi" : "en"
        field = procedure.field
        promulgator = procedure.promulgator
        executing = procedure.executing
        subjects = procedure.subjects
        levels = (facts?.levels ?? []).map { words("catalogue.level.\($0)") }
        hasChannels = facts?.channels?.isEmpty == false
        channels = (facts?.channels ?? []).map { ChannelView($0, words) }
        hasCases = facts?.cases?.isEmpty == false
        cases = (facts?.cases ?? []).map { CaseView(code: $0.code, time: words.time($0.time)) }
        hasConflict = facts?.hasTimeConflict ?? false
        hasDocuments = facts?.documents?.isEmpty == false
        documents = (facts?.documents ?? []).map { group in
            DocumentGroupView(
                name: group.name.isEmpty ? nil : group.name,
                items: group.items.map { item in
                    DocumentView(code: item.code, name: item.name, copies: words.copies(item))
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
                number: String(revision.number), published: words.formats.date(published), source: revision.facts.source)
        } else {
            self.revision = nil
        }
        let isOld = revision.map { $0.id != procedure.revisionID } ?? false
        retired = procedure.retiredAt.map { date in
            RetiredView(
                date: words.formats.date(date), reason: procedure.retiredReason ?? "",
                replacement: procedure.replacementCode.map { code in
                    LinkView(
                        link: Link(words.language, path: ["thu-tuc", code]),
                        title: "\(procedure.replacementName ?? "") (\(code))", isCurrent: false)
                })
        }
        let code = procedure.code
        current = isOld ? Link(words.language, path: ["thu-tuc", code]) : nil
        hasHistory = history.count > 1
        self.history = history.map { each in
            LinkView(
                link: Link(words.language, path: each.isInForce ? ["thu-tuc", code] : ["thu-tuc", code, "ban", String(each.number)]),
                title: words(
                    "catalogue.show.history.line",
                    ["number": String(each.number), "date": words.formats.date(each.publishedAt)]),
                isCurrent: each.id == revision?.id)
        }
        filing = isOld || !procedure.isOnline ? nil : revision?.form.map { form in
            FilingView(
                code: procedure.code, limit: form.limit.map { words.limit($0.timeLimit) },
                basis: form.limit?.basis[words.language],
                subjects: form.subjects.map { words("catalogue.filer.\($0)") }.joined(separator: ", "))
        }
    }
}

extension ProcedurePage.ChannelView {
    init(_ channel: ProcedureFacts.Channel, _ words: Words) {
        self.init(
            method: words("catalogue.method.\(channel.method)"), time: channel.time.map(words.time),
            description: channel.description,
            fees: channel.fees.map { fee in
                ProcedurePage.FeeView(
                    kind: words("catalogue.fee.\(fee.kind)"), amount: words.formats.money(fee.amount),
                    note: fee.note.isEmpty ? nil : fee.note)
            })
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
