namespace Mport.Server.Events;

/// <summary>A place in the log and the hash of the event that stands there.</summary>
/// <param name="Sequence">The place; 0 before the first event.</param>
/// <param name="Hash">SHA-256, 32 bytes.</param>
internal sealed record EventHead(long Sequence, byte[] Hash)
{
    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static EventHead? Parse(string text)
    {
        var parts = text.Trim().Split(':');
        return parts is [var place, { Length: 64 } hash] && long.TryParse(place, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var sequence)
            && hash.All(char.IsAsciiHexDigit) ? new EventHead(sequence, Convert.FromHexString(hash)) : null;
    }

    /// <summary><c>1234:9f86d0…</c>, for people and files to keep.</summary>
    public override string ToString() => $"{Sequence}:{Convert.ToHexStringLower(Hash)}";
}

/// <summary>An event and the hash that stands with it, which may be wrong.</summary>
/// <param name="Event">The event.</param>
/// <param name="Hash">The hash.</param>
internal sealed record ChainedEvent(EventRecord Event, byte[] Hash);
