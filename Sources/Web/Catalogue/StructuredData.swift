import Catalogue
import Core
import Pages

/// What a page is about, for programs that read pages: JSON-LD in the vocabulary of schema.org.
///
/// A browser doesn't execute it, so that no policy for scripts applies; it only must not be able to end its element.
struct StructuredData {
    /// The whole element, to stand between tags.
    let html: HTML

    /// `<` is the only sign by which text inside of the element could end it or hide its end, and in JSON it stands in
    /// strings alone, where its escape means the same.
    init(_ json: JSON) {
        // Byte by byte: with a mark after it, `<` would be another Character.
        let bytes = json.serialized().flatMap { $0 == UInt8(ascii: "<") ? Array("\\u003C".utf8) : [$0] }
        let text = String(decoding: bytes, as: UTF8.self)
        html = HTML(unescapedHTML: "<script type=\"application/ld+json\">\(text)</script>")
    }

    /// A procedure as schema.org/GovernmentService.
    /// - Parameters:
    ///   - origin: where the portal is reached, without a slash at the end.
    init(_ procedure: Procedure, origin: String, language: Language) {
        let address = origin + Link(language, path: ["thu-tuc", procedure.code]).address
        let english = language == .en ? procedure.nameEnglish : nil
        var members: [String: JSON] = [
            "@context": "https://schema.org", "@type": "GovernmentService", "@id": .string(address),
            "url": .string(address),
            "name": .string(english ?? procedure.name), "identifier": .string(procedure.code),
            "serviceType": .string(procedure.field), "inLanguage": .string(language.rawValue),
            "areaServed": ["@type": "Country", "name": "Việt Nam"],
            "serviceOperator": .array(
                (procedure.executing.isEmpty ? [procedure.promulgator] : procedure.executing).map { name in
                    ["@type": "GovernmentOrganization", "name": .string(name)]
                }),
            "provider": ["@type": "GovernmentOrganization", "name": .string(procedure.promulgator)],
            "audience": .array(procedure.subjects.map { ["@type": "Audience", "audienceType": .string($0)] }),
        ]
        if english != nil { members["alternateName"] = .string(procedure.name) }
        if procedure.isOnline {
            members["availableChannel"] = [
                "@type": "ServiceChannel", "serviceUrl": .string(address + "/nop"),
                "availableLanguage": ["vi", "en"],
            ]
        }
        self.init(.object(members))
    }
}
