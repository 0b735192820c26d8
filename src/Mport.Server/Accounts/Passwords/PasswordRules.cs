using System.Diagnostics.CodeAnalysis;
using System.Text;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;

namespace Mport.Server.Accounts.Passwords;

/// <summary>
/// What is asked of a new password (SEC-61): 12 to 256 characters of any kind, and that it is not among the first that a guesser tries. No rules of
/// composition; nothing is cut off.
/// </summary>
internal static class PasswordRules
{
    /// <summary>What a person is told who chooses one.</summary>
    public const string Hint = "At least 12 characters, of any kind. Several words are easy to remember.";

    private const string Resource = "Mport.Server.Accounts.Passwords.common-passwords.txt";

    // A digit or sign in place of a letter is the first thing that guessers try.
    private const string Disguises = "01345789@$!|";
    private const string Letters = "oleastbgasii";

    // A run is as easy as one word.
    private static readonly string[] _runs = ["abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p"];

    private static readonly Lazy<HashSet<string>> _common = new(ReadCommon);

    /// <summary>How many passwords are refused by name.</summary>
    public static int CommonCount => _common.Value.Count;

    /// <summary>Why the password cannot be used, or null.</summary>
    /// <param name="password">The password.</param>
    /// <param name="email">The account's address, which is no password for it.</param>
    public static Failure? Check(Secret password, EmailAddress email)
    {
        if (!PasswordHasher.HasFitLength(password))
        {
            return Failure.Of(AccountErrors.PasswordUnfit, AccountErrors.PasswordUnfit.Why);
        }

        var text = password.Reveal().Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        return IsCommon(text) || IsAddress(text, email) ? Failure.Of(AccountErrors.PasswordCommon) : null;
    }

    private static bool IsCommon(string text)
    {
        var core = text.Trim([.. text.Where(c => !char.IsLetter(c))]);
        return IsListed(text) || IsListed(core) || IsListed(Undisguise(text)) || IsListed(Undisguise(core)) || IsRun(text) || core.Length == 0 && IsPeriodic(text);
    }

    // The word itself, or the word over and over.
    private static bool IsListed(string text) => text.Length > 0 && (_common.Value.Contains(text) || (TryFindPeriod(text, out var unit) && (unit.Length <= 4 || _common.Value.Contains(unit))));

    private static bool IsPeriodic(string text) => TryFindPeriod(text, out _);

    private static bool IsRun(string text) => Array.Exists(_runs, run => run.Contains(text, StringComparison.Ordinal) || Reversed(run).Contains(text, StringComparison.Ordinal));

    private static bool IsAddress(string text, EmailAddress email)
    {
        if (email.Normalized is not { } address)
        {
            return false;
        }

        var core = text.Trim([.. text.Where(c => !char.IsLetter(c))]);
        var local = address[..address.IndexOf('@')];
        return text.Contains(address, StringComparison.Ordinal) || core == local || (TryFindPeriod(text, out var unit) && unit == local);
    }

    private static bool TryFindPeriod(string text, [NotNullWhen(true)] out string? unit)
    {
        for (var length = 1; length <= text.Length / 2; length++)
        {
            if (text.Length % length == 0 && text.AsSpan(length).SequenceEqual(text.AsSpan(0, text.Length - length)))
            {
                unit = text[..length];
                return true;
            }
        }

        unit = null;
        return false;
    }

    private static string Undisguise(string text) => string.Create(text.Length, text, static (span, from) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            var at = Disguises.IndexOf(from[i]);
            span[i] = at < 0 ? from[i] : Letters[at];
        }
    });

    private static string Reversed(string text) => string.Concat(text.Reverse());

    private static HashSet<string> ReadCommon()
    {
        using var stream = typeof(PasswordRules).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"{Resource} is missing.");
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var all = new HashSet<string>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            all.Add(line);
        }

        return all;
    }
}
