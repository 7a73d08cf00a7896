import Accounts
import Core
import Feedback
import FoundationEssentials
import Hummingbird
import Pages
import Server

/// What its author sees and does: signed in by account, otherwise by code and word.
extension Web {
    /// `GET /phan-anh/cua-toi?after=`
    @Sendable func listMyFeedback(
        _ request: Request, _ context: PortalContext, _ caller: Owner
    ) async throws -> Response {
        let words = words(context)
        let cursor = try request.queryFields()["after"].flatMap { FeedbackCursor($0) }
        let found = try await feedback.sent(by: caller.id, after: cursor, limit: 30)
        let page = FeedbackMinePage(
            title: words("feedback.title.mine"), isEmpty: found.items.isEmpty,
            items: found.items.map { FeedbackLineView($0, path: ["phan-anh", "cua-toi"], words, at: context.now) },
            next: found.next.map {
                Link(words.language, path: ["phan-anh", "cua-toi"], query: ["after": $0.description])
            })
        return respond(page, to: caller.visitor, context, request)
    }

    /// `GET /phan-anh/cua-toi/{code}`
    @Sendable func showMyFeedback(
        _ request: Request, _ context: PortalContext, _ caller: Owner
    ) async throws -> Response {
        let record = try await feedback.record(try feedbackCode(context), for: .account(caller.id))
        let done = try request.queryFields()["done"] ?? ""
        return authorPage(
            record, UploadPost(), request, context, caller.visitor,
            notice: ["supplement", "withdraw"].contains(done) ? "feedback.done.\(done)" : nil)
    }

    /// `POST /phan-anh/cua-toi/{code}`: supplements or withdraws.
    @Sendable func actOnMyFeedback(
        _ request: Request, _ context: PortalContext, _ caller: Owner
    ) async throws -> Response {
        let post = try await UploadPost.read(
            request, secret: caller.visitor.secret, most: Feedback.mostFiles, receive: feedback.receiveFile)
        let code = try feedbackCode(context)
        return try await actAsAuthor(post, on: code, as: .account(caller.id), request, context, caller.visitor) {
            Link(context.language, path: ["phan-anh", "cua-toi", code], query: ["done": $0])
        }
    }

    /// `GET /phan-anh/cua-toi/{code}/tep/{id}`
    @Sendable func downloadMyFeedbackFile(
        _ request: Request, _ context: PortalContext, _ caller: Owner
    ) async throws -> Response {
        try await feedbackFile(
            context.parameter("id") ?? "", of: try feedbackCode(context), for: .account(caller.id), context)
    }

    /// `GET /phan-anh/tra-cuu?code=&done=`
    @Sendable func showFeedbackTracking(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        let query = try request.queryFields()
        let done = query["done"] ?? ""
        return trackingPage(
            request, context, visitor, code: query["code"] ?? "",
            notice: ["supplement", "withdraw"].contains(done) ? "feedback.done.\(done)" : nil)
    }

    /// `POST /phan-anh/tra-cuu`: what the word shows, or does to it. Posted, because the word opens everything and addresses
    /// are kept in many places.
    @Sendable func trackFeedback(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        let post = try await UploadPost.read(
            request, secret: visitor.secret, most: Feedback.mostFiles, receive: feedback.receiveFile)
        let problems = ["code", "word"].filter { post[$0].cleaned.isEmpty }.map {
            FieldProblem(field: $0, code: "required")
        }
        guard problems.isEmpty else {
            return trackingPage(request, context, visitor, code: post["code"], word: post["word"], problems: problems)
        }
        do {
            guard let code = FeedbackCode(post["code"])?.description, let word = TrackingWord(post["word"]) else {
                throw FeedbackError.notFound
            }
            if !post["file"].isEmpty {
                return try await feedbackFile(post["file"], of: code, for: .holder(word), context)
            }
            guard !post["act"].isEmpty else {
                let record = try await feedback.record(code, for: .holder(word))
                return authorPage(record, post, request, context, visitor, word: word)
            }
            return try await actAsAuthor(post, on: code, as: .holder(word), request, context, visitor) {
                Link(context.language, path: ["phan-anh", "tra-cuu"], query: ["code": code, "done": $0])
            }
        } catch FeedbackError.notFound {
            return trackingPage(
                request, context, visitor, code: post["code"], word: post["word"], isNotFound: true)
        }
    }

    /// The code of the address. One that can't be is nobody's.
    func feedbackCode(_ context: PortalContext) throws -> String {
        guard let code = FeedbackCode(context.parameter("code") ?? "")?.description else {
            throw RequestFailure.notFound
        }
        return code
    }

    func feedbackFile(
        _ id: String, of code: String, for party: FeedbackParty, _ context: PortalContext
    ) async throws -> Response {
        guard let id = FeedbackFile.ID(id) else { throw FeedbackError.notFound }
        let (file, path) = try await feedback.file(id, of: code, for: party)
        return try await .download(path: path, name: file.name, type: file.mediaType, context: context)
    }

    private func actAsAuthor(
        _ post: UploadPost, on code: String, as party: FeedbackParty, _ request: Request, _ context: PortalContext,
        _ visitor: Visitor, done: (String) -> Link
    ) async throws -> Response {
        let word: TrackingWord? = if case .holder(let word) = party { word } else { nil }
        var problems = post.refused
        if let act = FeedbackAct(rawValue: post["act"]), !post.isRemoval, problems.isEmpty {
            do {
                try await feedback.act(
                    FeedbackDeed(act, note: post["note"], files: post.files), on: code, seen: Int(post["version"]) ?? 0,
                    by: party, at: context.now)
                return .seeOther(done(act.rawValue).address)
            } catch let failure as ValidationFailure {
                problems = failure.problems
            } catch FeedbackError.changedMeanwhile {
                problems = [FieldProblem(field: "note", code: "feedback_changed_meanwhile")]
            } catch FeedbackError.illegalMove {
                problems = [FieldProblem(field: "note", code: "feedback_changed_meanwhile")]
            }
        }
        let record = try await feedback.record(code, for: party)
        return authorPage(record, post, request, context, visitor, word: word, problems: problems)
    }

    private func authorPage(
        _ record: FeedbackRecord, _ post: UploadPost, _ request: Request, _ context: PortalContext,
        _ visitor: Visitor, word: TrackingWord? = nil, problems: [FieldProblem] = [], notice: String? = nil
    ) -> Response {
        let words = words(context)
        let item = record.item
        let builder = FieldBuilder(words: words, problems: problems, labels: "feedback.supplement")
        let acts = item.state.acts
        let fields =
            acts.contains(.supplement)
            ? [
                builder.area("note", label: words("feedback.supplement.note"), value: post["note"]),
                builder.fileField(
                    post, label: words("feedback.supplement.files"), hint: words("feedback.field.files.hint")),
            ] : []
        // What is wrong with a form that isn't there any more stands above all the same.
        let errors =
            fields.isEmpty
            ? problems.map { ErrorLine(link: .main, message: words.message($0, label: item.code)) }
            : FieldBuilder.summary(fields)
        let path = word == nil ? ["phan-anh", "cua-toi", item.code] : ["phan-anh", "tra-cuu"]
        let page = FeedbackAuthorPage(
            title: words.title("feedback.title.show", ["code": item.code], hasErrors: !errors.isEmpty),
            notice: notice.map { words($0) }, errors: errors, hasErrors: !errors.isEmpty,
            item: FeedbackView(
                record, words, at: context.now,
                files: FeedbackView.FileLinks(
                    path: word == nil ? path + ["tep"] : nil, word: word, token: FormToken.make(cookie: visitor.secret))
            ),
            action: Link(words.language, path: path), version: String(item.version), word: word?.description ?? "",
            hasWord: word != nil, canSupplement: acts.contains(.supplement), fields: fields,
            kept: post.carried(secret: visitor.secret), canWithdraw: acts.contains(.withdraw),
            isPublished: item.state == .published)
        return respond(
            page, to: visitor, context, request, hasForm: true,
            status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func trackingPage(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor, code: String, word: String = "",
        problems: [FieldProblem] = [], isNotFound: Bool = false, notice: String? = nil
    ) -> Response {
        let words = words(context)
        let builder = FieldBuilder(words: words, problems: problems, labels: "feedback.track")
        let fields = [
            builder.input(
                "code", label: words("feedback.track.code"), hint: words("feedback.track.code.hint"), value: code),
            builder.input(
                "word", label: words("feedback.track.word"), hint: words("feedback.track.word.hint"), value: word),
        ]
        let errors = FieldBuilder.summary(fields)
        let page = FeedbackTrackPage(
            title: words.title("feedback.title.track", hasErrors: !errors.isEmpty), notice: notice.map { words($0) },
            errors: errors, hasErrors: !errors.isEmpty, isNotFound: isNotFound, fields: fields)
        return respond(page, to: visitor, context, request, hasForm: true)
    }
}

extension FieldBuilder {
    /// - Parameter labels: key of the folder of texts that has a label for each field.
    init(words: Words, problems: [FieldProblem], labels: String) {
        self.init(
            words: words,
            messages: Dictionary(
                problems.map { ($0.field, words.message($0, label: words("\(labels).\($0.field)"))) }
            ) { first, _ in first })
    }
}

extension Link {
    /// The page's own part.
    static var main: Link { Link("#main") ?? Link(.vi, path: []) }
}
