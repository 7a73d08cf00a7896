package import Accounts
package import Agencies
package import Catalogue
package import Dossiers
import Hummingbird
package import Server

/// Everything that the API needs to answer.
package struct API: Sendable {
    let accounts: Accounts
    let agencies: Agencies
    let catalogue: Catalogue
    let dossiers: Dossiers
    let limiter: RateLimiter

    package init(
        accounts: Accounts, agencies: Agencies, catalogue: Catalogue, dossiers: Dossiers, limiter: RateLimiter
    ) {
        self.accounts = accounts
        self.agencies = agencies
        self.catalogue = catalogue
        self.dossiers = dossiers
        self.limiter = limiter
    }

    /// Every address of the API, who may call it, and what answers.
    package var routes: [Route] {
        let reading = Audience<AgencyCaller>.agency(accounts, scope: "dossier:read")
        let updating = Audience<AgencyCaller>.agency(accounts, scope: "dossier:status")
        return [
            post("/oauth/token", .everyone, issueToken).limited(by: limiter),

            get("/api/v1/procedures", .everyone, listProcedures),
            get("/api/v1/procedures/:code", .everyone, showProcedure),
            get("/api/v1/procedures/:code/revisions", .everyone, listRevisions),
            get("/api/v1/procedures/:code/revisions/:number", .everyone, showRevision),

            get("/api/v1/agencies", .everyone, listAgencies),
            get("/api/v1/agencies/:code", .everyone, showAgency),

            get("/api/v1/dossiers", reading, listDossiers),
            get("/api/v1/dossiers/:code", reading, showDossier),
            get("/api/v1/dossiers/:code/attachments/:id", reading, downloadAttachment),
            post("/api/v1/dossiers/:code/status", updating, body: .json, changeStatus),
        ]
    }
}
