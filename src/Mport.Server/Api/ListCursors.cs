using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mport.Server.Data;

namespace Mport.Server.Api;

/// <summary>
/// Makes and opens cursors. One is opaque to its holder, and works for the same account, list, sort and search alone: all of that is under its
/// HMAC. The key lies in the data folder, so that a cursor outlives a restart.
/// </summary>
internal sealed class ListCursors(byte[] key)
{
    private const string FileName = "cursors.key";
    private const int KeyBytes = 32;
    private const int MacBytes = 16;

    /// <summary>Characters of a cursor at most: a value of 254 characters in UTF-8 and base64, an id and the HMAC.</summary>
    private const int MaxLength = 2048;

    /// <summary>Those of the edge with this data folder; the key is made where there is none.</summary>
    public static async Task<ListCursors> OpenAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName);
        if (File.Exists(path) && await File.ReadAllBytesAsync(path, cancellationToken) is { Length: KeyBytes } known)
        {
            return new ListCursors(known);
        }

        var fresh = RandomNumberGenerator.GetBytes(KeyBytes);
        await EdgeFiles.WriteWholeAsync(path, fresh, cancellationToken);
        return new ListCursors(fresh);
    }

    /// <summary>The cursor of a place.</summary>
    /// <param name="position">The place.</param>
    /// <param name="scope">Whose list it is, in which order and of which search.</param>
    public string Seal(ListPosition position, string scope)
    {
        var text = Encoding.UTF8.GetBytes(position.Id + "\n" + position.Value);
        return Base64Url.EncodeToString([.. Mac(text, scope), .. text]);
    }

    /// <summary>The place of a cursor; null when it was not made here for this scope.</summary>
    public ListPosition? Open(string cursor, string scope)
    {
        if (cursor.Length > MaxLength || !Base64Url.IsValid(cursor))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length <= MacBytes || !CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, MacBytes), Mac(bytes.AsSpan(MacBytes), scope)))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes.AsSpan(MacBytes));
        var end = text.IndexOf('\n');
        return new ListPosition(text[(end + 1)..], text[..end]);
    }

    private byte[] Mac(ReadOnlySpan<byte> text, string scope) => HMACSHA256.HashData(key, (byte[])[.. Encoding.UTF8.GetBytes(scope), 0, .. text])[..MacBytes];
}
