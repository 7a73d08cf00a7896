import CLibpq

/// A statement to be sent with its parameters in the binary format.
struct Call {
    /// Under which the connection remembers that it is prepared; nil is sent as it stands, whatever the server forgot.
    let name: String?
    let sql: String
    let oids: [UInt32]
    let parameters: [[UInt8]?]

    static func plain(_ sql: String) -> Call { Call(name: nil, sql: sql, oids: [], parameters: []) }

    func prepare(on handle: OpaquePointer, as name: String) -> Bool {
        PQsendPrepare(handle, name, sql, Int32(oids.count), oids) == 1
    }

    /// - Parameter prepared: the server's name for it; nil sends the statement itself.
    func send(on handle: OpaquePointer, as prepared: String?) -> Bool {
        let count = Int32(parameters.count)
        return withPointers { values, lengths, formats in
            guard let prepared else {
                return PQsendQueryParams(handle, sql, count, oids, values, lengths, formats, 1) == 1
            }
            return PQsendQueryPrepared(handle, prepared, count, values, lengths, formats, 1) == 1
        }
    }

    private func withPointers(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Bool
    ) -> Bool {
        // All parameters in one buffer: one address that stays put while libpq copies from it.
        var offsets: [Int?] = []
        var buffer: [UInt8] = []
        for parameter in parameters {
            offsets.append(parameter == nil ? nil : buffer.count)
            buffer += parameter ?? []
        }
        buffer.append(0)
        let lengths = parameters.map { Int32($0?.count ?? 0) }
        let formats = [Int32](repeating: 1, count: parameters.count)
        return buffer.withUnsafeBytes { bytes in
            let values = offsets.map { offset in
                offset.flatMap { bytes.baseAddress?.advanced(by: $0).assumingMemoryBound(to: CChar.self) }
            }
            return body(values, lengths, formats)
        }
    }
}
