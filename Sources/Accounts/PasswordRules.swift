/// What a password must be (OWASP ASVS 5.0, 6.2): long, not a common one, not what everyone knows of its owner.
/// No rule about kinds of signs, and no expiry.
package enum PasswordRules {
    /// The code of what is wrong, nil when nothing is.
    /// - Parameter known: numbers and names of the owner.
    package static func problem(with password: String, knowing known: [String]) -> String? {
        if password.count < 12 { return "password_too_short" }
        if password.utf8.count > 512 || password.count > 128 { return "password_too_long" }
        let lowered = password.lowercased()
        if Set(lowered).count < 5 || isRun(lowered)
            || common.contains(where: { lowered.hasPrefix($0) && lowered.count < $0.count + 7 })
        {
            return "password_common"
        }
        let tells = known.contains { $0.count >= 6 && lowered.contains($0.lowercased()) }
        return tells ? "password_contains_number" : nil
    }

    /// `123456789012`, `abcdefghijkl`, forwards or backwards.
    private static func isRun(_ text: String) -> Bool {
        let steps = zip(text.utf8, text.utf8.dropFirst()).map { Int($1) - Int($0) }
        return steps.count(where: { abs($0) == 1 }) * 10 >= steps.count * 8
    }

    /// The beginnings that leaked lists are full of; a few signs behind one don't make it a secret.
    private static let common = [
        "password", "passw0rd", "p@ssw0rd", "matkhau", "mật khẩu", "qwertyuiop", "asdfghjkl", "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "iloveyou", "welcome", "administrator", "letmein", "football", "vietnam", "việt nam", "hochiminh", "anhyeuem",
        "emyeuanh", "khongbiet", "khongcogi", "dichvucong", "aaaaaaaa", "abcd1234", "abc123456", "1234567890",
        "0987654321",
    ]
}
