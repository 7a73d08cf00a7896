import Core
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Server

/// An answer of the national contract: a code, words in Vietnamese in which adapters look for “thành công” and “đã tồn
/// tại”, and a list.
struct NationalAnswer: Sendable {
    enum Code: String, Sendable {
        case success = "00"
        case failure = "-1"
        /// The dossier is there already.
        case exists = "3"
    }

    let code: Code
    let message: String
    var result: [JSON] = []
    /// Members beside those that every answer has.
    var more: [String: JSON] = [:]

    /// Under the names that adapters of either kind read.
    var response: Response {
        let members: [String: JSON] = [
            "error_code": .string(code.rawValue), "response_code": .string(code.rawValue), "message": .string(message),
            "error_message": .string(code == .success ? "" : message), "result": .array(result),
        ]
        var response = Response.json(JSON.object(members.merging(more) { $1 }).serialized())
        response.headers[.cacheControl] = "no-store"
        return response
    }
}

extension NationalAnswer {
    /// What became of one of several records.
    struct Item: Sendable {
        let dossier: String
        let code: Code
        /// What became of it, or the name of the problem: stable, for programs.
        let name: String
        let message: String
        var fields: [FieldProblem] = []
    }

    /// Of several records: a failure where one was refused, else a success unless one was there already. A single one's
    /// words are the answer's.
    init(_ items: [Item], words: API.Words) {
        let refused = items.filter { $0.code == .failure }
        let others = items.filter { $0.code == .exists }
        let first = refused.first ?? others.first
        let counts = ["count": String(items.count), "refused": String(refused.count + others.count)]
        self.init(
            code: first?.code ?? .success,
            message: first.map {
                items.count == 1 ? $0.message : words("national.some", .vi, counts) + " " + $0.message
            } ?? words("national.success", .vi, [:]),
            result: items.map { item in
                [
                    "MaHoSo": .string(item.dossier), "error_code": .string(item.code.rawValue),
                    "code": .string(item.name), "message": .string(item.message),
                    "errors": .array(
                        item.fields.map { ["field": .string($0.field), "code": .string($0.code)] }),
                ]
            })
    }
}

extension API {
    /// What is wrong with a call, in the contract's form. The contract knows no HTTP status but 200; those that say to come
    /// again, or to send less, stay what they are.
    func national(_ failure: RequestFailure) -> Response {
        let answer = NationalAnswer(code: .failure, message: nationalWords(failure.type, failure.problems))
        var response = answer.response
        if [.tooManyRequests, .contentTooLarge, .requestTimeout, .serviceUnavailable].contains(failure.status) {
            response.status = failure.status
            response.headers.append(contentsOf: failure.headers)
        }
        return response
    }

    /// A problem in words, and those of its fields.
    func nationalWords(_ problem: String, _ fields: [FieldProblem]) -> String {
        let named = ["unauthorized", "other-agency"].contains(problem)
        let sentence = words(named ? "national.\(problem)" : "problems.\(problem).detail", .vi, [:])
        let each = fields.map { "\($0.field): \(words("problems.field.\($0.code)", .vi, $0.arguments))" }
        return ([sentence] + each).joined(separator: " ")
    }
}
