namespace Mport.Server.Accounts;

/// <summary>
/// What a hurried reader takes a label of ASCII for: <c>adm1n</c>, <c>vvww</c>, <c>rnail</c>, <c>log-in</c>. Labels of other scripts (<c>xn--…</c>) are refused as
/// a whole, so none of them can look like anything (<see cref="Subdomain"/>). Pure.
/// </summary>
internal static class LookAlikes
{
    // In a narrow font the left side is the right side.
    private static readonly (string Seen, string Read)[] _pairs = [("vv", "w"), ("rn", "m"), ("cl", "d")];

    /// <summary>All readings of a label; a 1 is an i or an l. Two labels that share one look alike.</summary>
    public static IReadOnlyList<string> ReadingsOf(string label) => [Read(label, one: 'i'), Read(label, one: 'l')];

    private static string Read(string label, char one)
    {
        var text = string.Concat(label.ToLowerInvariant().Where(c => c != '-').Select(c => c switch
        {
            '0' => 'o',
            '1' => one,
            '3' => 'e',
            '4' => 'a',
            '5' => 's',
            '7' => 't',
            _ => c,
        }));
        foreach (var (seen, read) in _pairs)
        {
            text = text.Replace(seen, read, StringComparison.Ordinal);
        }

        return text;
    }
}
