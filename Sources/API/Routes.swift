package import Accounts
package import Agencies
package import Catalogue
package import Core
package import Dossiers
package import Feedback
import Hummingbird
package import Notifications
package import Server
package import Webhooks

/// Everything that the API needs to answer.
package struct API: Sendable {
    /// The text of a key in a language.
    package typealias Words = @Sendable (_ key: String, Language, _ arguments: [String: String]) -> String

    let accounts: Accounts
    let agencies: Agencies
    let catalogue: Catalogue
    let publishing: Publishing
    let dossiers: Dossiers
    let changes: DossierChanges
    let webhooks: Webhooks
    /// Connected as `portal_worker`: whoever carries messages carries those of every agency.
    let deliveries: Deliveries
    let feedback: Feedback
    /// The desk's questions, by whose rules documents are checked.
    let parts: Form
    let words: Words
    let limiter: RateLimiter
    /// What each client may ask, wherever it calls from.
    let clients: RateLimiter
    /// Below which the national contract is spoken; nil where it isn't.
    let nationalPath: String?
    /// Where the portal is reached: what assertions of clients are meant for.
    let issuer: String

    package init(
        accounts: Accounts, agencies: Agencies, catalogue: Catalogue, publishing: Publishing, dossiers: Dossiers,
        changes: DossierChanges, webhooks: Webhooks, deliveries: Deliveries, feedback: Feedback, parts: Form,
        words: @escaping Words, limiter: RateLimiter, clients: RateLimiter, nationalPath: String?, issuer: String
    ) {
        self.accounts = accounts
        self.agencies = agencies
        self.catalogue = catalogue
        self.publishing = publishing
        self.dossiers = dossiers
        self.changes = changes
        self.webhooks = webhooks
        self.deliveries = deliveries
        self.feedback = feedback
        self.parts = parts
        self.words = words
        self.limiter = limiter
        self.clients = clients
        self.nationalPath = nationalPath
        self.issuer = issuer
    }

    /// Every address of the API, who may call it, and what answers.
    package var routes: [Route] {
        let reading = Audience<AgencyCaller>.agency(accounts, limiter: clients, scope: .readDossiers)
        let following = Audience<AgencyCaller>.agency(accounts, limiter: clients, scope: .readEvents)
        let updating = Audience<AgencyCaller>.agency(accounts, limiter: clients, scope: .reportStatus)
        let synchronising = Audience<AgencyCaller>.agency(accounts, limiter: clients, scope: .syncDossiers)
        let sending = Audience<AgencyCaller>.agency(accounts, limiter: clients, scope: .writeResults)
        let writing = Audience<AgencyCaller>.agency(accounts, limiter: clients, scope: .writeProcedures)
        let publishing = Audience<AgencyCaller>.agency(accounts, limiter: clients, scope: .publishProcedures)
        let reviewing = Audience<AgencyCaller>.agency(
            accounts, limiter: clients, scope: .writeProcedures, .publishProcedures)
        let reporting = Audience<AgencyCaller>.agency(accounts, limiter: clients, scope: .reportDeliveries)
        let document = BodyLimit.bytes(ProcedureDocument.largest)
        return [
            post("/oauth/token", .everyone, issueToken).limited(by: limiter),
            post("/oauth/revoke", .everyone, revokeToken).limited(by: limiter),

            get("/api/v1/procedures", .everyone, listProcedures),
            get("/api/v1/procedures/:code", .everyone, showProcedure),
            get("/api/v1/procedures/:code/revisions", .everyone, listRevisions),
            get("/api/v1/procedures/:code/revisions/:number", .everyone, showRevision),

            get("/api/v1/agencies", .everyone, listAgencies),
            get("/api/v1/agencies/:code", .everyone, showAgency),

            get("/api/v1/feedback", .everyone, listFeedback),
            get("/api/v1/feedback/:code", .everyone, showFeedback),

            get("/api/v1/procedures/:code/draft", reviewing, showDraft),
            put("/api/v1/procedures/:code/draft", writing, body: document, putDraft),
            delete("/api/v1/procedures/:code/draft", writing, discardDraft),
            post("/api/v1/procedures/:code/draft/submission", writing, body: .json, submitDraft),
            post("/api/v1/procedures/:code/draft/publication", publishing, body: .json, publishDraft),

            get("/api/v1/dossiers", reading, listDossiers),
            get("/api/v1/dossiers/:code", reading, showDossier),
            get("/api/v1/dossiers/:code/attachments/:id", reading, downloadAttachment),
            post("/api/v1/dossiers/:code/status", updating, body: .json, changeStatus),
            put("/api/v1/files/:sha256", sending, body: .bytes(Self.largestFile), putFile),
            get("/api/v1/files/:sha256", sending, showFile),
            get("/api/v1/reports", updating, listReports),
            put("/api/v1/dossiers/:code", synchronising, body: .json, putDossier),
            post("/api/v1/sync", synchronising, body: .stream, synchronise),
            get("/api/v1/sync/digest", synchronising, showDigest),
            post("/api/v1/sync/digest", synchronising, body: .json, compareDigests),
            get("/api/v1/events", following, listEvents),

            get("/api/v1/webhooks", following, listWebhooks),
            post("/api/v1/webhooks", following, body: .json, addWebhook),
            get("/api/v1/webhooks/:id", following, showWebhook),
            put("/api/v1/webhooks/:id", following, changeWebhook),
            delete("/api/v1/webhooks/:id", following, removeWebhook),
            post("/api/v1/webhooks/:id/secret", following, body: .json, renewWebhookSecret),
            post("/api/v1/webhooks/:id/test", following, body: .json, testWebhook),
            post("/api/v1/webhooks/:id/replay", following, body: .json, replayWebhook),

            post("/api/v1/deliveries/:id/report", reporting, body: .json, reportDelivery),
        ] + nationalRoutes
    }

    /// The national contract: a login, calls that name their operation in the body or in the path, and what everyone may
    /// read of the catalogue.
    private var nationalRoutes: [Route] {
        guard let nationalPath else { return [] }
        let calling = Audience<NationalCall>.national(self)
        let path = nationalPath + "/:version"
        return [
            post(path + "/login", .everyone, body: .json, logIn).limited(by: limiter),
            post(path, calling, body: .json, callNational),
            post(path + "/:service", calling, body: .json, callNational),
            get(path + "/:service", .everyone, readNational),
        ]
    }
}
