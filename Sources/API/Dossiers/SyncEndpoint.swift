import Accounts
import Core
import Cryptography
import Dossiers
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Journal
import Logging
import NIOCore
import Server

extension API {
    /// `PUT /api/v1/dossiers/{code}`: states a dossier that was filed with the agency. 201 when it is new here, 200 when it was
    /// amended or says what is known; put again, it changes nothing, so it needs no key.
    @Sendable func putDossier(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let code = context.parameter("code") ?? ""
        let body = try await request.jsonBytes()
        let statement = try DossierStatement(json: JSON(sent: body), code: code, now: context.now)
        let outcomes = try await dossiers.synchronise(
            [SyncLine(.dossier(statement), message: body)], by: caller.actor, at: caller.agency, now: context.now)
        guard let outcome = outcomes.first else { throw RequestFailure.internalError }
        if case .refused(let problem, let fields) = outcome {
            switch problem {
            case "invalid": throw RequestFailure.invalid(fields)
            default: throw RequestFailure(.conflict, type: problem, problems: fields)
            }
        }
        let status: HTTPResponse.Status = if case .created = outcome { .created } else { .ok }
        return .json(JSON.object(SyncJSON.members(outcome)).serialized(), status: status)
    }

    /// `POST /api/v1/sync?answers=`: lines of NDJSON, any number of them, gzip accepted; an answer for each, as it goes.
    ///
    /// Lines are taken as they come, some hundred at a time in a transaction of their own, and answered once it has committed:
    /// what was answered is never lost, and what wasn't is sent again.
    @Sendable func synchronise(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        guard request.mediaType?.name == "application/x-ndjson" else { throw RequestFailure.unsupportedMediaType }
        let answers = try request.queryFields().answers()
        let encoding = request.headers[.contentEncoding]?.lowercased() ?? "identity"
        guard ["identity", "gzip", "x-gzip"].contains(encoding) else { throw RequestFailure.unsupportedMediaType }
        let body = request.body
        let language = request.language
        return Response(
            status: .ok, headers: [.contentType: "application/x-ndjson", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                var stream = SyncStream(
                    api: self, caller: caller, context: context, language: language, answers: answers)
                do {
                    let inflation = encoding == "identity" ? nil : try Inflation()
                    for try await chunk in body {
                        if let inflation {
                            try await inflation.unpack(chunk) { piece in
                                try await stream.take(piece) { try await writer.write(ByteBuffer(bytes: $0)) }
                            }
                        } else {
                            try await stream.take(Array(chunk.readableBytesView)) {
                                try await writer.write(ByteBuffer(bytes: $0))
                            }
                        }
                    }
                    try inflation?.finish()
                    try await stream.finish { try await writer.write(ByteBuffer(bytes: $0)) }
                } catch let failure as RequestFailure {
                    // The head is out: what is wrong is the last line.
                    try await writer.write(ByteBuffer(bytes: stream.broken(by: failure)))
                }
                try await writer.finish(nil)
            })
    }

    /// `GET /api/v1/sync/digest?from=&to=`: how the agency's days look here; `?day=`: the parts of one day; `?day=&bucket=`: the
    /// dossiers in a part.
    @Sendable func showDigest(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let query = try request.queryFields()
        guard let day = try query.day("day") else {
            let to = try query.day("to") ?? Day(of: context.now)
            let from = try query.day("from") ?? to + -30
            guard from <= to, to.number - from.number <= 366 else {
                throw RequestFailure.invalid([FieldProblem(field: "from", code: "too_early", arguments: [:])])
            }
            let days = try await dossiers.digests(of: caller.agency, from: from, to: to)
            return .json(JSON.object(["items": .array(days.map(SyncJSON.day))]).serialized())
        }
        guard let bucket = query["bucket"], !bucket.isEmpty else {
            guard let digest = try await dossiers.digests(of: caller.agency, from: day, to: day).first else {
                throw RequestFailure.notFound
            }
            let buckets = try await dossiers.buckets(of: day, at: caller.agency)
            var members = SyncJSON.dayMembers(digest)
            members["buckets"] = .array(buckets.map(SyncJSON.bucket))
            return .json(JSON.object(members).serialized())
        }
        guard bucket.utf8.count == 2, bucket.utf8.allSatisfy({ Array("0123456789abcdef".utf8).contains($0) }) else {
            throw RequestFailure.invalid([FieldProblem(field: "bucket", code: "invalid_choice", arguments: [:])])
        }
        let found = try await dossiers.dossiers(
            in: bucket, of: day, at: caller.agency, after: query["after"] ?? "", limit: try query.limit())
        return .json(JSON.page(found, SyncJSON.dossier).serialized())
    }

    /// `POST /api/v1/sync/digest`: compares up to 400 days with what the agency's system holds of them.
    @Sendable func compareDigests(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let theirs = try [DayDigest](json: JSON(sent: try await request.jsonBytes()))
        let ours = try await dossiers.compare(theirs, of: caller.agency, at: context.now)
        let items = zip(theirs, ours).map { theirs, ours -> JSON in
            var members = SyncJSON.dayMembers(ours)
            members["agrees"] = .bool(theirs == ours)
            return .object(members)
        }
        return .json(JSON.object(["items": .array(items)]).serialized())
    }
}

/// What is said on a stream of lines, and which line it is at.
private struct SyncStream {
    enum Answers: String, CaseIterable {
        case all
        /// Only what was refused or waits; for callers that read nothing before they have sent all.
        case problems
    }

    let api: API
    let caller: AgencyCaller
    let context: PortalContext
    let language: Language
    let answers: Answers
    private let begun = ContinuousClock.now
    private var cutter = LineCutter(limit: 64 * 1024)
    private var lines = 0
    private var refused = 0
    /// How many refused reports were kept, for the agency to see and to play again.
    private var kept = 0

    init(api: API, caller: AgencyCaller, context: PortalContext, language: Language, answers: Answers) {
        self.api = api
        self.caller = caller
        self.context = context
        self.language = language
        self.answers = answers
    }

    mutating func take(_ piece: [UInt8], write: ([UInt8]) async throws -> Void) async throws {
        try await take(cutter.cut(piece), write: write)
    }

    mutating func finish(write: ([UInt8]) async throws -> Void) async throws {
        try await take(cutter.finish(), write: write)
        try await write(
            Self.line(["done": true, "lines": .integer(lines), "refused": .integer(refused)]))
    }

    func broken(by failure: RequestFailure) -> [UInt8] {
        Self.line([
            "done": false, "lines": .integer(lines), "problem": .object(problem(failure.type, failure.problems)),
        ])
    }

    private mutating func take(
        _ cut: [LineCutter.Line], write: ([UInt8]) async throws -> Void
    ) async throws {
        for start in stride(from: 0, to: cut.count, by: Dossiers.syncBatch) {
            try await write(try await take(batch: cut[start..<min(start + Dossiers.syncBatch, cut.count)]))
        }
    }

    /// Takes lines that share a transaction and gives their answers.
    private mutating func take(batch: ArraySlice<LineCutter.Line>) async throws -> [UInt8] {
        // A stream may last for hours, and its lines come in their own time.
        let now = context.now.addingTimeInterval((ContinuousClock.now - begun) / .seconds(1))
        let read = batch.map { SyncLine.read($0, now: now) }
        let good = read.compactMap { if case .success(let line) = $0 { line } else { nil } }
        var outcomes = try await synchronise(good, now: now).makeIterator()
        var output: [UInt8] = []
        for result in read {
            lines += 1
            let (code, outcome): (String?, SyncOutcome) =
                switch result {
                case .success(let line): (line.code, outcomes.next() ?? .refused(problem: "internal", fields: []))
                case .failure(let refusal): (refusal.code, .refused(problem: refusal.problem, fields: refusal.fields))
                }
            output += answer(outcome, code: code)
            if case .success(let line) = result, case .refused(let problem, let fields) = outcome {
                try await keep(line, problem, fields, now: now)
            }
        }
        if answers == .problems { output += Self.line(["through": .integer(lines)]) }
        return output
    }

    /// Keeps a refused report as the call for one does; of a stream that is wrong from end to end the first hundred will do.
    private mutating func keep(_ line: SyncLine, _ problem: String, _ fields: [FieldProblem], now: Date) async throws {
        guard case .report(let code, let change) = line.content, kept < 100 else { return }
        kept += 1
        try await api.dossiers.keepRefused(
            message: line.report, code: code, eventID: change.eventID, problem: problem, fields: fields,
            by: caller.actor, of: caller.agency, at: now)
    }

    /// - Throws: `RequestFailure` when nothing is known to have been taken.
    private func synchronise(_ lines: [SyncLine], now: Date) async throws -> [SyncOutcome] {
        do {
            return try await api.dossiers.synchronise(lines, by: caller.actor, at: caller.agency, now: now)
        } catch {
            context.logger.warning("sync: a batch was not taken", metadata: ["error": "\(error)"])
            throw RequestFailure.unavailable(retryAfter: 5)
        }
    }

    private mutating func answer(_ outcome: SyncOutcome, code: String?) -> [UInt8] {
        var members = SyncJSON.members(outcome)
        members["line"] = .integer(lines)
        if members["code"] == nil, let code { members["code"] = .string(code) }
        switch outcome {
        case .refused(let type, let fields):
            refused += 1
            members["problem"] = .object(problem(type, fields))
        case .parked: break
        case .created, .amended, .applied, .kept, .replayed: if answers == .problems { return [] }
        }
        return Self.line(members)
    }

    private func problem(_ type: String, _ fields: [FieldProblem]) -> [String: JSON] {
        var members: [String: JSON] = [
            "type": .string("/problems/\(type)"), "title": .string(api.words("problems.\(type).title", language, [:])),
            "detail": .string(api.words("problems.\(type).detail", language, [:])),
        ]
        if !fields.isEmpty { members["errors"] = .array(fields.map { API.error($0, language, api.words) }) }
        return members
    }

    private static func line(_ members: [String: JSON]) -> [UInt8] { JSON.object(members).serialized() + [0x0A] }
}

/// Why a line wasn't even looked at.
private struct LineRefusal: Error {
    var code: String?
    let problem: String
    var fields: [FieldProblem] = []
}

extension SyncLine {
    /// A report as the call for one takes it: without what a line says beside it.
    fileprivate var report: [UInt8] {
        guard var members = (try? JSON(parsing: message))?.object else { return message }
        members["type"] = nil
        members["code"] = nil
        return JSON.object(members).serialized()
    }

    /// One line: `{"type": "dossier" | "status", "code": …}` with the members that the calls for one have.
    fileprivate static func read(_ line: LineCutter.Line, now: Date) -> Result<SyncLine, LineRefusal> {
        guard case .whole(let bytes) = line else { return .failure(LineRefusal(problem: "too-large")) }
        guard let json = try? JSON(parsing: bytes), var members = json.object else {
            return .failure(LineRefusal(problem: "malformed"))
        }
        let type = members.removeValue(forKey: "type")?.string
        let code = members.removeValue(forKey: "code")?.string?.nfc
        guard let code, code.utf8.count <= 100 else {
            return .failure(
                LineRefusal(problem: "invalid", fields: [FieldProblem(field: "code", code: "required", arguments: [:])])
            )
        }
        do {
            switch type {
            case "dossier":
                return .success(
                    SyncLine(
                        .dossier(try DossierStatement(json: .object(members), code: code, now: now)), message: bytes))
            case "status":
                if members["files"] != nil {
                    throw ValidationFailure(problems: [FieldProblem(field: "files", code: "unknown_field")])
                }
                return .success(
                    SyncLine(.report(code: code, try StatusChange(json: .object(members), now: now)), message: bytes))
            default:
                throw ValidationFailure(problems: [
                    FieldProblem(field: "type", code: type == nil ? "required" : "invalid_choice", arguments: [:])
                ])
            }
        } catch let failure as ValidationFailure {
            return .failure(LineRefusal(code: code, problem: "invalid", fields: failure.problems))
        } catch {
            return .failure(LineRefusal(code: code, problem: "malformed"))
        }
    }
}

/// How synchronisation is told (`Public/openapi.yaml`, schemas `Sync…`).
enum SyncJSON {
    static func members(_ outcome: SyncOutcome) -> [String: JSON] {
        switch outcome {
        case .created(let standing): return members("created", standing)
        case .amended(let standing): return members("amended", standing)
        case .replayed(let standing): return members("replayed", standing)
        case .applied(let standing, let sequence, let behind):
            return members("applied", standing).merging([
                "sequence": .integer(sequence), "behind": .integer(behind),
            ]) { $1 }
        case .kept(let standing, let sequence):
            return members("kept", standing).merging(["sequence": .integer(sequence)]) { $1 }
        case .parked(let standing, let waitsFor):
            return members("parked", standing).merging(["waits_for": .integer(waitsFor)]) { $1 }
        case .refused: return ["outcome": "refused"]
        }
    }

    private static func members(_ outcome: String, _ standing: DossierStanding) -> [String: JSON] {
        [
            "outcome": .string(outcome), "code": .string(standing.code), "status": .integer(standing.status.rawValue),
            "version": .integer(standing.version),
        ]
    }

    static func day(_ digest: DayDigest) -> JSON { .object(dayMembers(digest)) }

    static func dayMembers(_ digest: DayDigest) -> [String: JSON] {
        [
            "day": .string(digest.day.description), "count": .integer(digest.count),
            "sha256": .string(Hex.encode(digest.sha256)),
        ]
    }

    static func bucket(_ digest: BucketDigest) -> JSON {
        [
            "bucket": .string(digest.bucket), "count": .integer(digest.count),
            "sha256": .string(Hex.encode(digest.sha256)),
        ]
    }

    static func dossier(_ dossier: BucketDossier) -> JSON {
        [
            "code": .string(dossier.code), "status": .integer(dossier.status.rawValue),
            "version": .integer(Int(dossier.version)),
        ]
    }
}

extension FormFields {
    fileprivate func answers() throws -> SyncStream.Answers {
        guard let text = self["answers"], !text.isEmpty else { return .all }
        guard let answers = SyncStream.Answers(rawValue: text) else {
            throw RequestFailure.invalid([FieldProblem(field: "answers", code: "invalid_choice", arguments: [:])])
        }
        return answers
    }

    fileprivate func day(_ name: String) throws -> Day? {
        guard let text = self[name], !text.isEmpty else { return nil }
        guard let day = Day(text) else {
            throw RequestFailure.invalid([FieldProblem(field: name, code: "invalid_date", arguments: [:])])
        }
        return day
    }
}

extension [DayDigest] {
    /// - Throws: `ValidationFailure`.
    fileprivate init(json: JSON) throws {
        var members = try MemberReader(json, known: ["days"])
        guard let days = json["days"]?.array, (1...400).contains(days.count) else {
            members.refuse("days", "required")
            throw ValidationFailure(problems: members.problems)
        }
        self = []
        for (index, day) in days.enumerated() {
            var reader = try MemberReader(day, known: ["day", "count", "sha256"], at: "days.\(index)")
            let date = reader.text("day", most: 10).flatMap { Day($0) }
            if date == nil { reader.refuse("day", "invalid_date") }
            let count = day["count"]?.int.flatMap { (0...Int(Int32.max)).contains($0) ? $0 : nil }
            if count == nil { reader.refuse("count", "out_of_range", ["min": "0", "max": String(Int32.max)]) }
            let digest = reader.text("sha256", most: 64).flatMap { Hex.decode($0) }
            if digest?.count != 32 { reader.refuse("sha256", "not_a_digest") }
            try reader.finish()
            if let date, let count, let digest { append(DayDigest(day: date, count: count, sha256: digest)) }
        }
        guard Set(map(\.day)).count == count, let first = map(\.day).min(), let last = map(\.day).max(),
            last.number - first.number <= 400
        else {
            members.refuse("days", "out_of_range", ["min": "1", "max": "400"])
            throw ValidationFailure(problems: members.problems)
        }
    }
}
