using System.Buffers;
using System.Text;

namespace Mport.Server.Policy;

/// <summary>
/// A request's path in the one form that rules compare: percent-decoded once, dot segments resolved, double slashes made one. Only for rules; the
/// target gets the path as the visitor wrote it.
/// </summary>
/// <param name="Text">The decoded path; begins with a slash.</param>
/// <param name="IsPlain">
/// False where servers may read the path differently from us: dot segments, double or encoded slashes, backslashes, escapes of escapes, path
/// parameters, control characters, bytes that are no UTF-8, dots or spaces at a segment's end. Such a path meets every path that a rule guards, and
/// none that a rule leaves open.
/// </param>
internal readonly record struct PolicyPath(string Text, bool IsPlain)
{
    // What needs no second look, as long as no dot begins a segment and no slash follows another.
    private static readonly SearchValues<char> Simple = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~/.");

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The root.</summary>
    public static PolicyPath Root { get; } = new("/", IsPlain: true);

    /// <summary>Of a path as it stands in a request line, without the query.</summary>
    public static PolicyPath Of(string raw)
    {
        var span = raw.AsSpan();
        if (span is ['/', ..] && !span.ContainsAnyExcept(Simple) && !span.Contains("//", StringComparison.Ordinal)
            && !span.Contains("/.", StringComparison.Ordinal) && !span.Contains("./", StringComparison.Ordinal) && span[^1] != '.')
        {
            return new PolicyPath(raw, IsPlain: true);
        }

        var decoded = Decode(raw, out var plain);
        return Resolve(decoded, plain);
    }

    /// <summary>The path of a request target, without its query.</summary>
    public static string RawPathOf(string target)
    {
        var end = target.IndexOf('?');
        return end < 0 ? target : target[..end];
    }

    private static string Decode(string raw, out bool plain)
    {
        plain = true;
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(raw.Length)];
        var count = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == '%')
            {
                if (i + 2 < raw.Length && char.IsAsciiHexDigit(raw[i + 1]) && char.IsAsciiHexDigit(raw[i + 2]))
                {
                    var value = Convert.FromHexString(raw.AsSpan(i + 1, 2))[0];
                    // A slash, a backslash, a question mark or a percent sign that was escaped: servers differ in when they look at them.
                    plain &= value is not ((byte)'/' or (byte)'\\' or (byte)'?' or (byte)'#' or (byte)'%');
                    bytes[count++] = value;
                    i += 2;
                    continue;
                }

                plain = false;
            }

            count += Encoding.UTF8.GetBytes(raw.AsSpan(i, 1), bytes.AsSpan(count));
        }

        var used = bytes.AsSpan(0, count);
        plain &= used.IndexOfAnyInRange((byte)0, (byte)31) < 0 && used.IndexOfAny((byte)127, (byte)'\\', (byte)';') < 0 && used.IndexOf((byte)'#') < 0;
        try
        {
            return Strict.GetString(used);
        }
        catch (DecoderFallbackException)
        {
            plain = false;
            return Encoding.UTF8.GetString(used);
        }
    }

    private static PolicyPath Resolve(string decoded, bool plain)
    {
        var text = decoded.Replace('\\', '/');
        var segments = new List<string>();
        var parts = text.Split('/');
        plain &= parts[0].Length == 0;
        for (var i = 1; i < parts.Length; i++)
        {
            var part = parts[i];
            var isLast = i == parts.Length - 1;
            plain &= (part.Length > 0 || isLast) && part is not ([.., '.'] or [.., ' ']);
            switch (part.Split(';')[0])
            {
                case "" when !isLast:
                case "." when !isLast:
                    break;
                case "..":
                    if (segments.Count > 0)
                    {
                        segments.RemoveAt(segments.Count - 1);
                    }

                    if (isLast)
                    {
                        segments.Add("");
                    }

                    break;
                case ".":
                    segments.Add("");
                    break;
                default:
                    segments.Add(part);
                    break;
            }
        }

        return new PolicyPath("/" + string.Join('/', segments), plain);
    }
}
