using Mport.Protocol.Identity;

namespace Mport.Server.Mail;

/// <summary>The lasting id of a mail: <c>mal_</c> and a ULID. It stands in the mail's Message-ID, so that a mail that was sent twice is seen to be one.</summary>
/// <param name="Value">The whole id, prefix included.</param>
internal readonly record struct MailId(string Value)
{
    /// <summary>What every such id begins with.</summary>
    public const string Prefix = "mal_";

    /// <summary>A new id for this moment.</summary>
    public static MailId Create(TimeProvider time) => new(Prefix + Ulid.Create(time));

    /// <inheritdoc />
    public override string ToString() => Value;
}
