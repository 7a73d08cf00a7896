import CLibpq

/// A result of libpq, freed when nobody reads it any more. Immutable, so it may cross threads.
final class QueryResult: @unchecked Sendable {
    let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { PQclear(handle) }

    // Kept alive meanwhile: the compiler doesn't know that what libpq gives ends with the result.
    var count: Int32 { withExtendedLifetime(self) { PQntuples(handle) } }

    var affected: Int { withExtendedLifetime(self) { Int(String(cString: PQcmdTuples(handle))) ?? 0 } }

    var command: String { withExtendedLifetime(self) { String(cString: PQcmdStatus(handle)) } }
}

extension PostgresError {
    init(_ result: OpaquePointer) {
        func field(_ code: UInt8) -> String? { PQresultErrorField(result, Int32(code)).map { String(cString: $0) } }
        let code = field(UInt8(ascii: "C")) ?? "XX000"
        if code == "57014" {
            self = .statementTimeout
        } else if code == "57P01" || code == "57P02" || code == "57P03" {
            self = .unavailable("the server is shutting down")
        } else {
            // “cached plan must not change result type” has the code of anything unsupported and words in the server's
            // language, so the function that it comes from tells.
            let function = field(UInt8(ascii: "R"))
            let isStalePlan = code == "26000" || (code == "0A000" && function == "RevalidateCachedQuery")
            self = .server(
                code: code, constraint: field(UInt8(ascii: "n")),
                detail: ServerMessage(text: field(UInt8(ascii: "M")) ?? "", isStalePlan: isStalePlan))
        }
    }
}
