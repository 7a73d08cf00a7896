import Accounts
import Catalogue
import Core
import Dossiers
import FoundationEssentials
import Hummingbird
import Pages
import Server

extension Web {
    /// The page of a revision: parts, findings, what publishing it would mean, and the acts that its state allows.
    func revisionPage(
        _ work: RevisionWork, _ request: Request, _ context: PortalContext, _ staff: Staff, notice: String? = nil,
        problem: FieldProblem? = nil
    ) async throws -> Response {
        let words = words(context)
        let findings = Finding.all(facts: work.facts, form: work.form)
        let me = Editor.Author.account(staff.session.accountID)
        let isSecond = work.submittedBy != me && work.writtenBy != me
        let published = try await publishing.revisions(of: work.procedureCode, for: try await editor(staff))
            .first { $0.state == .published }
        let labels = ["summary": words("desk.revision.summary"), "publish_on": words("desk.publish.on")]
        let errors = problem.flatMap { problem in
            Link("#\(problem.field)").map {
                ErrorLine(link: $0, message: words.message(problem, label: labels[problem.field] ?? ""))
            }
        }
        let page = DeskRevisionPage(
            title: words.title(
                "desk.title.revision", ["number": String(work.number), "code": work.procedureCode],
                hasErrors: errors != nil),
            id: work.id.description, code: work.procedureCode, number: String(work.number), name: work.name,
            state: words("desk.state.\(work.state.rawValue)"), version: String(work.version),
            notice: notice.map { words("desk.done.\($0)") }, errors: errors.map { [$0] } ?? [],
            hasErrors: errors != nil,
            isDraft: work.state == .draft, canHandBack: work.state == .submitted || work.state == .scheduled,
            canPublish: work.state == .submitted && isSecond, needsSecondPerson: work.state == .submitted && !isSecond,
            hasForm: work.form != nil, parts: parts(of: work, findings, words),
            findings: findings.map { finding(of: $0, work, staff, words) },
            isComplete: findings.allSatisfy(\.isSettled), summary: work.summary ?? "",
            impact: work.state.isOpen ? try await impact(of: work, words) : [],
            comparison: published.flatMap { published in
                published.id == work.id
                    ? nil : comparison(published.number, Int32(work.number), work.procedureCode, words)
            })
        return respond(page, to: staff.visitor, context, request, status: errors == nil ? .ok : .unprocessableContent)
    }

    private func parts(of work: RevisionWork, _ findings: [Finding], _ words: Words) -> [DeskRevisionPage.PartView] {
        let open = Set(findings.filter { !$0.isSettled }.map(\.part))
        func part(_ path: [String], _ title: String, isDone: Bool, isEmpty: Bool) -> DeskRevisionPage.PartView {
            DeskRevisionPage.PartView(
                link: Link(words.language, path: ["bien-tap", "ban", work.id.description] + path), title: title,
                status: words(isDone ? isEmpty ? "desk.part.empty" : "desk.part.done" : "desk.part.open"),
                isDone: isDone && !isEmpty)
        }
        return FactsPart.allCases.compactMap { each in
            desk.parts.section(each.rawValue).map { section in
                part(
                    ["phan", section.id], section.title[words.language], isDone: !open.contains(section.id),
                    isEmpty: each.answers(work.facts).values.allSatisfy { $0 == .array([]) })
            }
        } + [part(["bieu-mau"], words("desk.part.form"), isDone: !open.contains("form"), isEmpty: work.form == nil)]
    }

    private func finding(
        of finding: Finding, _ work: RevisionWork, _ staff: Staff, _ words: Words
    ) -> DeskRevisionPage.FindingView {
        let path = finding.part == "form" ? ["bieu-mau"] : ["phan", finding.part]
        return DeskRevisionPage.FindingView(
            id: finding.id, revision: work.id.description, version: String(work.version),
            token: FormToken.make(cookie: staff.visitor.secret),
            text: finding.sentence(words.callAsFunction),
            link: Link(words.language, path: ["bien-tap", "ban", work.id.description] + path),
            explanation: finding.explanation ?? "", canBeExplained: finding.canBeExplained,
            isSettled: finding.isSettled, isDraft: work.state == .draft)
    }

    /// What publishing this would mean for those who have begun or filed, a sentence each.
    private func impact(of work: RevisionWork, _ words: Words) async throws -> [String] {
        var sentences = try await publishing.usage(of: work.procedureCode).filter { $0.running > 0 }.map { usage in
            words(
                "desk.impact.running", ["count": words.formats.number(usage.running), "number": String(usage.number)])
        }
        let drafts = try await publishing.usage(of: work.procedureCode).reduce(0) { $0 + $1.drafts }
        guard drafts > 0 else { return sentences + [words("desk.impact.no_drafts")] }
        guard let json = work.form, let form = try? Form(json: json) else {
            return sentences + [words("desk.impact.offline", ["count": words.formats.number(drafts)])]
        }
        let preview = try await deskJobs.previewCarryOver(of: work.procedureCode, to: form, revision: work.id)
        sentences.append(words("desk.impact.unnoticed", ["count": words.formats.number(preview.unnoticed)]))
        sentences.append(words("desk.impact.noticed", ["count": words.formats.number(preview.noticed)]))
        return sentences
    }
}
