import Core
import HTTPTypes
import Hummingbird
import Journal
import Server

/// What writes have in common: a key under which they may be repeated, and a body of JSON.
extension Request {
    /// The key under which a write may be repeated: 1…200 visible signs of ASCII.
    func idempotencyKey() throws -> String {
        guard let key = headers[.idempotencyKey], !key.isEmpty else {
            throw RequestFailure(
                .badRequest, type: "idempotency-key-missing",
                problems: [FieldProblem(field: "Idempotency-Key", code: "required", arguments: [:])])
        }
        guard key.utf8.count <= 200, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw RequestFailure(
                .badRequest, type: "idempotency-key-malformed",
                problems: [FieldProblem(field: "Idempotency-Key", code: "malformed", arguments: ["max": "200"])])
        }
        return key
    }

    /// The version that the caller has seen, in quotes in `If-Match`; nil when it doesn't say.
    func ifMatch() throws -> Int? {
        guard let tag = headers[.ifMatch] else { return nil }
        guard tag.hasPrefix("\""), let version = Int(tag.dropFirst().dropLast()), "\"\(version)\"" == tag else {
            throw RequestFailure(
                .badRequest, type: "malformed", problems: [FieldProblem(field: "If-Match", code: "not_a_version")])
        }
        return version
    }

    /// The body of a request that must be JSON, as it came.
    func jsonBytes() async throws -> [UInt8] {
        guard mediaType?.name == "application/json" else { throw RequestFailure.unsupportedMediaType }
        return try await bytes()
    }
}

extension JSON {
    /// Reads what was sent.
    init(sent bytes: [UInt8]) throws {
        do { self = try JSON(parsing: bytes) } catch {
            throw RequestFailure(
                .badRequest, type: "malformed",
                problems: [FieldProblem(field: "", code: "not_json", arguments: ["reason": "\(error)"])])
        }
    }
}

extension Response {
    /// An answer to a write, which says whether it is the first one again.
    static func remembered(_ answer: RememberedAnswer) -> Response {
        let status = HTTPResponse.Status(code: answer.status)
        var response =
            answer.body.isEmpty ? Response(status: status) : Response.json(answer.body, status: status)
        if answer.isReplay { response.headers[.idempotentReplayed] = "true" }
        return response
    }
}

extension HTTPField.Name {
    fileprivate static let idempotencyKey = Self("Idempotency-Key")!
    fileprivate static let idempotentReplayed = Self("Idempotent-Replayed")!
}
