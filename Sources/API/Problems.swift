package import Core
import FoundationEssentials
import HTTPTypes
package import Hummingbird
package import Server

extension API {
    /// A failure as a problem document (RFC 9457): stable `type`, words in the caller's language, every field named.
    package static func problem(
        _ failure: RequestFailure, _ context: PortalContext, _ request: Request,
        words: @Sendable (_ key: String, _ language: Language, _ arguments: [String: String]) -> String
    ) -> Response {
        let language = request.language
        var members: [String: JSON] = [
            "type": .string("/problems/\(failure.type)"),
            "title": .string(words("problems.\(failure.type).title", language, [:])),
            "status": .integer(failure.status.code),
            "detail": .string(words("problems.\(failure.type).detail", language, [:])),
            "instance": .string("urn:request:\(context.id)"),
        ]
        if !failure.problems.isEmpty {
            members["errors"] = .array(failure.problems.map { error($0, language, words) })
        }
        for (name, value) in failure.extensions { members[name] = value }
        return Response.problem(JSON.object(members).serialized(), status: failure.status)
    }
}

extension API {
    /// One field that is wrong, as a problem document lists it.
    static func error(_ problem: FieldProblem, _ language: Language, _ words: Words) -> JSON {
        [
            "field": .string(problem.field), "code": .string(problem.code),
            "message": .string(words("problems.field.\(problem.code)", language, problem.arguments)),
        ]
    }
}

extension Request {
    /// The language in which the caller wants to read what people read.
    var language: Language { headers[.acceptLanguage]?.lowercased().hasPrefix("en") == true ? .en : .vi }
}
