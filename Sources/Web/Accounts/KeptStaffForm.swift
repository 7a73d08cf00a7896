import Accounts
import Hummingbird
import Pages
import Server

/// A form of the desk that was sent after its session had ended: carried through the sign-in page unseen, and sent again
/// by whoever signs in, when they say so.
struct KeptStaffForm: Sendable {
    let target: LocalPath
    let fields: [(name: String, value: String)]

    init(sent form: FormFields, to target: LocalPath) {
        self.target = target
        fields = form.names.filter { $0 != FormToken.field }.flatMap { name in form.all(name).map { (name, $0) } }
    }

    /// As the sign-in page gives it back.
    init?(carriedBy form: FormFields) {
        guard let target = form["kept-target"].flatMap(LocalPath.init) else { return nil }
        self.target = target
        fields = form.names.filter { $0.hasPrefix("kept-") && $0 != "kept-target" }.flatMap { name in
            form.all(name).map { (String(name.dropFirst("kept-".count)), $0) }
        }
    }

    var carried: [HiddenView] {
        [HiddenView(name: "kept-target", value: target.description)]
            + fields.map { HiddenView(name: "kept-" + $0.name, value: $0.value) }
    }
}

/// `POST /dang-nhap`, when a form was carried along.
struct KeptPage: Page {
    static let template = "accounts/kept"
    let title: String
    let action: Link
    let fields: [HiddenView]
}

extension Web {
    /// The sign-in page with the form that was sent; nil when none was.
    func keepStaffForm(_ request: Request, _ context: PortalContext) async throws -> Response? {
        guard request.method == .post, let target = LocalPath(context.pathPrefix + context.path) else { return nil }
        let form: FormFields
        switch request.mediaType?.name {
        case "application/x-www-form-urlencoded": form = try await request.formFields(upTo: BodyLimit.form.bytes)
        // An officer's answer may come with files: its words are kept, and its page takes them without files as well.
        case "multipart/form-data" where context.path.hasPrefix("/can-bo/phan-anh/"):
            let sent = try await SectionPost.textOnly(request).input
            form = FormFields(sent.flatMap { name, values in values.map { (name: name, value: $0) } })
        default: return nil
        }
        // Only what a page of ours sent in that session: nobody else puts words into the mouth of who signs in next.
        guard let lapsed = request.cookie(cookies.session), FormToken.verify(form[FormToken.field], cookie: lapsed)
        else {
            return nil
        }
        let kept = KeptStaffForm(sent: form, to: target)
        return signInPage(
            request, context, try await recognise(request, context), back: target.description,
            notice: words(context)("errors.session_ended_kept"), carried: kept.carried)
    }

    /// Whoever has just signed in sees that their form is still there, and sends it again.
    func keptPage(_ kept: KeptStaffForm, for visitor: Visitor, _ request: Request, _ context: PortalContext)
        -> Response?
    {
        Link(kept.target.description).map { action in
            respond(
                KeptPage(
                    title: words(context)("accounts.title.kept"), action: action,
                    fields: kept.fields.map { HiddenView(name: $0.name, value: $0.value) }),
                to: visitor, context, request)
        }
    }
}
