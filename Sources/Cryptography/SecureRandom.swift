/// Unpredictable bytes for tokens, salts and masks, from the operating system's generator.
package enum SecureRandom {
    package static func bytes(_ count: Int) -> [UInt8] {
        // On Linux this generator is getrandom(2), and it is the one the standard library keeps for security.
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 7)
        while bytes.count < count {
            withUnsafeBytes(of: generator.next() as UInt64) { bytes.append(contentsOf: $0) }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}
