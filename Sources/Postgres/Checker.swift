import CLibpq

extension Database {
    /// Prepares every declared query on the database as it is, and compares parameters and columns with the declaration.
    /// Returns what is wrong, a sentence each: an edited statement, a missing one, one that nobody declared.
    package func check(_ declared: [any AnyQuery]) async throws -> [String] {
        var problems: [String] = []
        let names = Set(declared.map(\.name))
        for name in queries.names where !names.contains(name) {
            problems.append("\(queries[name]?.place ?? ""): \(name) is declared nowhere in the program")
        }
        if names.count != declared.count { problems.append("a query is declared twice") }
        let connection = try await PlainConnection.connect(configuration.conninfo)
        for query in declared {
            guard let statement = queries[query.name] else {
                problems.append("\(query.name) stands in no file of SQL/queries")
                continue
            }
            let found = try await connection.perform { $0.problems(of: query, statement) }
            problems += found.map { "\(statement.place): \(query.name): \($0)" }
        }
        return problems
    }
}

extension OpaquePointer {
    fileprivate func problems(of query: any AnyQuery, _ statement: QueryCatalogue.Statement) -> [String] {
        if (statement.cardinality == .exec) != (query.columns == nil) {
            return [
                "headed :\(statement.cardinality.rawValue), and declared \(query.columns == nil ? "without" : "with") rows"
            ]
        }
        let prepared = QueryResult(
            PQprepare(self, query.name, statement.sql, Int32(query.parameterOIDs.count), query.parameterOIDs))
        guard PQresultStatus(prepared.handle) == PGRES_COMMAND_OK else {
            return [
                String(cString: PQresultErrorMessage(prepared.handle)).split(separator: "\n").joined(separator: " ")
            ]
        }
        let description = QueryResult(PQdescribePrepared(self, query.name))
        var problems: [String] = []
        // The server takes a declared parameter that the statement never mentions, so it alone can't tell.
        let parameters = min(Int(PQnparams(description.handle)), statement.parameterCount)
        if parameters != query.parameterOIDs.count {
            problems.append("\(parameters) parameters, declared with \(query.parameterOIDs.count)")
        }
        guard let expected = query.columns else { return problems }
        let columns = (0..<PQnfields(description.handle)).map { index in
            ExpectedColumn(
                name: PQfname(description.handle, index).map { String(cString: $0) } ?? "",
                oid: PQftype(description.handle, index))
        }
        for want in expected {
            let found = want.name.isEmpty ? columns.first : columns.first { $0.name == want.name }
            guard let found else {
                problems.append("no column “\(want.name)”: there are \(columns.map(\.name).joined(separator: ", "))")
                continue
            }
            if !want.accepts(found.oid) {
                problems.append("column “\(found.name)” has type \(found.oid), declared with \(want.oid)")
            }
        }
        if expected.first?.name.isEmpty == true, columns.count != 1 {
            problems.append("more than the one column declared")
        }
        return problems
    }
}

extension QueryCatalogue.Statement {
    /// The highest `$n` outside of comments and literals.
    fileprivate var parameterCount: Int {
        Self.words(of: sql).compactMap { $0.hasPrefix("$") ? Int($0.dropFirst()) : nil }.max() ?? 0
    }
}

extension ExpectedColumn {
    /// Whether a column of this type has the binary form that the declared type reads.
    fileprivate func accepts(_ other: UInt32) -> Bool {
        // varchar, name and char(n) travel as text does.
        oid == other || (oid == String.oid && [1043, 19, 1042].contains(other))
    }
}
