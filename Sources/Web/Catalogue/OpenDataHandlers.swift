import Agencies
import Catalogue
import Core
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Pages
import Postgres
import Server

/// `/du-lieu`
struct OpenDataPage: Page {
    static let template = "catalogue/data"
    let title: String
}

/// Files have one address: what they hold is in no language of the interface.
extension Web {
    /// `GET /du-lieu`: what may be taken away, and how.
    @Sendable func showOpenData(_ request: Request, _ context: PortalContext, _ visitor: Visitor) async throws
        -> Response
    {
        try await publicPage(request, context, visitor, canonical: ["du-lieu"]) {
            OpenDataPage(title: words(context)("catalogue.title.data"))
        }
    }

    /// `GET /du-lieu/thu-tuc.jsonl`: a procedure a line, whole.
    @Sendable func takeLines(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        try await catalogueFile("thu-tuc.jsonl", "application/jsonl", request, context) { procedure, bytes in
            bytes += try OpenData.json(procedure).serialized()
            bytes.append(0x0A)
        }
    }

    /// `GET /du-lieu/thu-tuc.csv`: the list for spreadsheets (RFC 4180, UTF-8 with its mark).
    @Sendable func takeTable(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        let start: [UInt8] = [0xEF, 0xBB, 0xBF] + OpenData.row(OpenData.columns)
        return try await catalogueFile("thu-tuc.csv", "text/csv; charset=utf-8", request, context, start: start) {
            $1 += OpenData.row(OpenData.cells($0))
        }
    }

    /// `GET /du-lieu/thay-doi.atom`: the newest publications (RFC 4287).
    @Sendable func takeFeed(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        try await file("/du-lieu/thay-doi.atom", "application/atom+xml; charset=utf-8", request, context) {
            let words = Words(texts: texts, language: .vi)
            let publications = try await catalogue.publications()
            let newest = publications.first?.publishedAt ?? Date(timeIntervalSince1970: 0)
            var xml = """
                <?xml version="1.0" encoding="UTF-8"?>
                <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="vi">
                <id>\(publicURL)/du-lieu/thay-doi.atom</id>
                <title>\(OpenData.xml(words("catalogue.data.atom.title")))</title>
                <author><name>\(OpenData.xml(words("layout.site")))</name></author>
                <updated>\(newest.ISO8601Format())</updated>
                <link rel="self" type="application/atom+xml" href="\(publicURL)/du-lieu/thay-doi.atom"/>
                <link rel="alternate" type="text/html" href="\(publicURL)/du-lieu"/>

                """
            for each in publications {
                let address = publicURL + Link(.vi, path: ["thu-tuc", each.code, "ban", String(each.number)]).address
                let title = words("catalogue.data.atom.entry", ["name": each.name, "number": String(each.number)])
                xml += """
                    <entry><id>\(address)</id><title>\(OpenData.xml(title))</title>
                    <author><name>\(OpenData.xml(each.promulgator))</name></author>
                    <category term="\(OpenData.xml(each.code))"/>
                    <updated>\(each.publishedAt.ISO8601Format())</updated><published>\(each.publishedAt.ISO8601Format())</published>
                    <link rel="alternate" type="text/html" href="\(address)"/></entry>

                    """
            }
            return Array((xml + "</feed>\n").utf8)
        }
    }

    /// `GET /sitemap.xml`: every public page in both languages (sitemaps.org 0.9).
    @Sendable func takeSitemap(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        try await file("/sitemap.xml", "application/xml; charset=utf-8", request, context) {
            var xml = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"
            xml += #"<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">"# + "\n"
            func add(_ path: [String], _ changed: Date?) {
                for language in Language.allCases {
                    let address = publicURL + Link(language, path: path).address
                    let date = changed.map { "<lastmod>\($0.ISO8601Format())</lastmod>" } ?? ""
                    xml += "<url><loc>\(address)</loc>\(date)</url>\n"
                }
            }
            let places = try await catalogue.places()
            let changed = places.map(\.updatedAt).max()
            for path in [[], ["thu-tuc"], ["linh-vuc"], ["du-lieu"]] { add(path, changed) }
            for path in ["co-quan", "tra-cuu", "tro-giup", "quyen-rieng-tu", "tiep-can"] { add([path], nil) }
            for place in places { add(["thu-tuc", place.code], place.updatedAt) }
            for office in try await agencies.addresses(on: Day(of: context.now)) {
                add(["co-quan", office.code], office.updatedAt)
            }
            let events = try await lifeEvents(context).map(\.event)
            add(["su-kien"], events.map(\.updatedAt).max())
            for event in events { add(["su-kien", event.id], event.updatedAt) }
            let questions = try await contents.shown(at: context.now).questions
            add(["hoi-dap"], questions.map(\.updatedAt).max())
            for question in questions { add(["hoi-dap", question.id], question.updatedAt) }
            return Array((xml + "</urlset>\n").utf8)
        }
    }

    /// `GET /robots.txt`: what search engines may read, and where the list of it is, in full as it has to be (RFC 9309).
    @Sendable func takeRobots(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        guard context.language == .vi else { throw RequestFailure.notFound }
        let pages = ["/ho-so", "/ho-so-nhap", "/tai-khoan", "/can-bo", "/bien-tap"]
        let closed = pages + pages.map { Language.en.pathPrefix + $0 } + ["/api/"]
        let lines = ["User-agent: *"] + closed.map { "Disallow: \($0)" } + ["Sitemap: \(publicURL)/sitemap.xml", ""]
        var response = Response.text(lines.joined(separator: "\n"))
        response.headers[.cacheControl] = "public, max-age=3600"
        return response
    }

    /// The whole catalogue as one file, to be saved.
    private func catalogueFile(
        _ name: String, _ type: String, _ request: Request, _ context: PortalContext, start: [UInt8] = [],
        _ write: @escaping @Sendable (Procedure, inout [UInt8]) throws -> Void
    ) async throws -> Response {
        var response = try await file("/du-lieu/\(name)", type, request, context) {
            var bytes = start
            var last = ""
            while true {
                let procedures = try await catalogue.openData(after: last)
                for procedure in procedures { try write(procedure, &bytes) }
                guard let next = procedures.last else { return bytes }
                last = next.code
            }
        }
        response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
        return response
    }

    /// A file made of the catalogue, kept until the catalogue changes.
    private func file(
        _ path: String, _ type: String, _ request: Request, _ context: PortalContext,
        make: @escaping @Sendable () async throws -> [UInt8]
    ) async throws -> Response {
        guard context.language == .vi else { throw RequestFailure.notFound }
        return try await cache.page(path, state: catalogue.state(at: context.now), at: context.now, make: make)
            .response(type: type, cacheControl: "public, no-cache", for: request)
    }
}
