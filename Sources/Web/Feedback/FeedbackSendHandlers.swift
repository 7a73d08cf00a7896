import Accounts
import Agencies
import Core
import Feedback
import Files
import FoundationEssentials
import Hummingbird
import Pages
import Server

extension Web {
    /// `GET /phan-anh/gui?thu-tuc=&co-quan=&ho-so=`: with or without signing in.
    @Sendable func showFeedbackForm(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        let query = try request.queryFields()
        var post = UploadPost()
        post.input = [
            "id": FeedbackItem.ID.make(at: context.now).description, "procedure": query["thu-tuc"] ?? "",
            "agency": query["co-quan"] ?? "", "dossier": query["ho-so"] ?? "",
            "about": query["thu-tuc"] == nil ? "" : FeedbackSubject.rules.rawValue,
        ]
        if let account = visitor.session?.accountID, let profile = try await accounts.profile(of: account) {
            post.input["name"] = profile.representativeName ?? profile.name
            post.input["address"] = profile.address
            post.input["phone"] = profile.phone
            post.input["email"] = profile.email
        }
        return try await feedbackForm(post, request, context, visitor)
    }

    /// `POST /phan-anh/gui`: sent once, however often it comes.
    @Sendable func sendFeedback(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        let lapsed = visitor.session == nil ? request.cookie(cookies.session) : nil
        var post = try await UploadPost.read(
            request, secret: visitor.secret, lapsed: lapsed, most: Feedback.mostFiles, receive: feedback.receiveFile)
        guard let id = FeedbackItem.ID(post["id"]) else { throw RequestFailure.malformed }
        guard !post.isRemoval else { return try await feedbackForm(post, request, context, visitor) }
        guard !post.isLapsed else {
            post.files = []
            return try await feedbackForm(
                post, request, context, visitor, notice: words(context)("errors.files_not_kept"))
        }
        do {
            let new = try NewFeedback(typed: post.input)
            guard post.refused.isEmpty else { throw ValidationFailure(problems: []) }
            _ = try await feedback.send(
                new, id: id, files: post.files, word: TrackingWord(secret: visitor.secret, id: id),
                by: visitor.session?.accountID, at: context.now)
        } catch let failure as ValidationFailure {
            let problems = failure.problems + post.refused
            return try await feedbackForm(post, request, context, visitor, problems: problems)
        }
        return .seeOther(Link(context.language, path: ["phan-anh", "da-gui", id.description]).address)
    }

    /// `GET /phan-anh/da-gui/{id}`: for the browser that sent it alone, whose secret makes the word again.
    @Sendable func showFeedbackSent(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        let words = words(context)
        guard let id = context.parameter("id").flatMap(FeedbackItem.ID.init), !visitor.isNew else {
            throw RequestFailure.notFound
        }
        let word = TrackingWord(secret: visitor.secret, id: id)
        guard let code = try await feedback.code(of: id, word: word) else { throw RequestFailure.notFound }
        let item = try await feedback.record(code, for: .holder(word)).item
        let page = FeedbackSentPage(
            title: words("feedback.title.sent"), code: code, word: word.description, agency: item.agencyName,
            due: item.dueOn.map(words.formats.date), isUnknown: item.accountID == nil)
        return respond(page, to: visitor, context, request)
    }

    private func feedbackForm(
        _ post: UploadPost, _ request: Request, _ context: PortalContext, _ visitor: Visitor,
        problems: [FieldProblem] = [], notice: String? = nil
    ) async throws -> Response {
        let words = words(context)
        func label(_ name: String) -> String { words("feedback.field.\(name)") }
        let builder = FieldBuilder(
            words: words,
            messages: Dictionary(problems.map { ($0.field, words.message($0, label: label($0.field))) }) { first, _ in
                first
            })
        let about = try await questions(about: post, builder, words, context)
        let author = [
            builder.input("name", label: label("name"), value: post["name"], autocomplete: "name"),
            builder.input(
                "address", label: label("address"), hint: words("feedback.field.address.hint"), value: post["address"],
                autocomplete: "street-address", width: "wide"),
            builder.input(
                "phone", label: label("phone"), value: post["phone"], type: "tel", mode: "tel", autocomplete: "tel"),
            builder.input(
                "email", label: label("email"), hint: words("feedback.field.email.hint"), value: post["email"],
                type: "email", mode: "email",
                autocomplete: "email", isOptional: true),
        ]
        let errors = FieldBuilder.summary(about + author)
        let page = FeedbackFormPage(
            title: words.title("feedback.title.form", hasErrors: !errors.isEmpty), notice: notice, errors: errors,
            hasErrors: !errors.isEmpty, id: post["id"], isUnknown: visitor.session == nil,
            signIn: Link(
                words.language, path: ["dang-nhap"],
                query: ["next": Link(words.language, path: ["phan-anh", "gui"]).address]), about: about, author: author,
            kept: post.carried(secret: visitor.secret))
        return respond(
            page, to: visitor, context, request, hasForm: true, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func questions(
        about post: UploadPost, _ builder: FieldBuilder, _ words: Words, _ context: PortalContext
    ) async throws -> [FieldView] {
        func label(_ name: String) -> String { words("feedback.field.\(name)") }
        func hint(_ name: String, _ arguments: [String: String] = [:]) -> String {
            words("feedback.field.\(name).hint", arguments)
        }
        func options<T: RawRepresentable & CaseIterable>(_ type: T.Type, _ key: String) -> [(
            value: String, label: String
        )]
        where T.RawValue == String {
            type.allCases.map { ($0.rawValue, words("feedback.\(key).\($0.rawValue)")) }
        }
        return [
            builder.choice(
                "kind", label: label("kind"), options: options(FeedbackKind.self, "kind.choice"), chosen: post["kind"]),
            builder.choice(
                "about", label: label("about"), options: options(FeedbackSubject.self, "about"), chosen: post["about"]),
            builder.choice(
                "topic", label: label("topic"), options: options(FeedbackTopic.self, "topic"), chosen: post["topic"]),
            builder.choice(
                "agency", label: label("agency"), hint: hint("agency"),
                options: try await agencyOptions(chosen: post["agency"], context), chosen: post["agency"],
                isOptional: true),
            builder.area(
                "body", label: label("body"),
                hint: hint("body", ["max": words.formats.number(NewFeedback.longestBody)]),
                value: post["body"]),
            builder.fileField(post, label: label("files"), hint: hint("files")),
            builder.input(
                "procedure", label: label("procedure"), hint: hint("procedure"), value: post["procedure"],
                isOptional: true),
            builder.input(
                "dossier", label: label("dossier"), hint: hint("dossier"), value: post["dossier"], isOptional: true),
        ]
    }

    /// Agencies of the whole country and the committees of the provinces, and whichever was asked for by its code.
    private func agencyOptions(
        chosen: String, _ context: PortalContext
    ) async throws -> [(value: String, label: String)] {
        let today = Day(of: context.now)
        async let national = agencies.national(on: today)
        async let provinces = agencies.provinceCommittees(on: today)
        var options = try await (national + provinces).map { (value: $0.code, label: $0.name) }
        if !chosen.isEmpty, !options.contains(where: { $0.value == chosen }),
            let code = AgencyCode(chosen)?.description, let agency = try await agencies.record(code)?.summary,
            agency.exists(on: today)
        {
            options.insert((code, agency.name), at: 0)
        }
        return options
    }
}

extension FieldBuilder {
    /// The files of a form, with a button to take each off again.
    func fileField(_ post: UploadPost, label: String, hint: String) -> FieldView {
        file(
            UploadPost.field, label: label, hint: hint,
            files: post.files.map {
                FieldView.UploadedView(
                    id: $0.file.digest, name: $0.name, size: words.formats.size(bytes: $0.file.size))
            }, most: Feedback.mostFiles, isOptional: true)
    }
}
