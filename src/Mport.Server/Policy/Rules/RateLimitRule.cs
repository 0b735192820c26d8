using System.Buffers.Binary;
using System.Globalization;
using Mport.Protocol.Errors;
using Mport.Server.Edge.Listeners;

namespace Mport.Server.Policy.Rules;

/// <summary><c>rate_limit</c>: so many requests in a time, for each visitor's address or each value of a header.</summary>
internal sealed class RateLimitRule : PolicyRule
{
    private static readonly string[] Keys = ["requests", "per", "by"];

    private readonly VisitorRates _rates;
    private readonly PolicySecrets _secrets;
    private readonly string? _header;
    private readonly string _policy;

    private RateLimitRule(int requests, TimeSpan per, string? header, PolicyReading reading)
    {
        _rates = new VisitorRates(requests, per, reading.Time);
        _secrets = reading.Secrets;
        _header = header;
        _policy = string.Create(CultureInfo.InvariantCulture, $"\"policy\";q={requests};w={(long)per.TotalSeconds}");
    }

    public override string Kind => "rate_limit";

    public override RuleEffect Effect => RuleEffect.Guards;

    /// <summary>Reads the keys.</summary>
    public static PolicyRule? Read(PolicyNode node, PolicyReading reading)
    {
        if (!node.IsGroup(Keys))
        {
            return null;
        }

        if (node.Get("requests") is not { } requests || node.Get("per") is not { } per)
        {
            node.Fault("It needs requests and per, such as 100 and 1m.");
            return null;
        }

        var (count, time, by) = (requests.Number(1, 1_000_000), per.Time(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)), node.Get("by")?.Text(longest: 140));
        if (by is null or "address")
        {
            return new RateLimitRule(count, time, null, reading);
        }

        if (by.StartsWith("header:", StringComparison.Ordinal) && by.Length > 7 && by[7..].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            return new RateLimitRule(count, time, by[7..], reading);
        }

        node.Get("by")?.Fault("It must be address, or header: and a header's name.");
        return null;
    }

    public override PolicyAnswer? Apply(PolicyRequest request, PolicyPlan plan)
    {
        var wait = _rates.TryTake(KeyOf(request), out var left, out var full);
        if (wait is null)
        {
            return null;
        }

        var reset = string.Create(CultureInfo.InvariantCulture, $"\"policy\";r={left};t={Math.Max(1, (long)Math.Ceiling(full.TotalSeconds))}");
        return new PolicyAnswer(StatusCodes.Status429TooManyRequests)
        {
            Error = PolicyErrors.TooManyRequests,
            RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.Value.TotalSeconds)),
            Headers = [new("RateLimit-Policy", _policy), new("RateLimit", reset)],
        };
    }

    // Who sends no such header is counted by address. A value is kept as a digest of this process: others cannot be made to share its count.
    private UInt128 KeyOf(PolicyRequest request)
    {
        if (_header is not null && request.Header(_header) is { Count: > 0 } values)
        {
            return BinaryPrimitives.ReadUInt128BigEndian(_secrets.DigestOf(values.ToString()));
        }

        var block = AddressBlock.Of(request.Address);
        return new UInt128(block.IsV6 ? 1ul : 0ul, block.Bits);
    }
}
