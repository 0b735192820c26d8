using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Mport.Protocol.Errors;
using Mport.Server.Edge.Listeners;

namespace Mport.Server.Api;

/// <summary>
/// How many requests each account may send, and each address that has not said who it is: a bucket that holds a minute's worth and fills evenly.
/// Buckets that are full again are forgotten.
/// </summary>
internal sealed class ApiRates(ApiOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<string>? _limiter = options.Rate == 0 ? null : PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetTokenBucketLimiter(key, _ => Bucket(options.Rate)));

    /// <summary>Takes one request's worth, and tells in the answer's headers what is left.</summary>
    public ApiProblem? Take(HttpContext context, ApiCaller? caller)
    {
        if (_limiter is null)
        {
            return null;
        }

        var key = caller?.UserId.Value ?? AddressBlock.Of(context.Connection.RemoteIpAddress ?? IPAddress.None).ToString();
        using var lease = _limiter.AttemptAcquire(key);
        var left = _limiter.GetStatistics(key)?.CurrentAvailablePermits ?? 0;
        var headers = context.Response.Headers;
        var full = (options.Rate - left) * 60L / options.Rate;
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"default\";q={options.Rate};w=60");
        headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"default\";r={left};t={full}");
        if (lease.IsAcquired)
        {
            return null;
        }

        return ApiProblem.Of(StatusCodes.Status429TooManyRequests, ApiErrors.TooManyRequests) with
        {
            RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1),
        };
    }

    /// <inheritdoc />
    public void Dispose() => _limiter?.Dispose();

    private static TokenBucketRateLimiterOptions Bucket(int rate)
    {
        // Whole ones, about each second.
        var tokens = (rate + 59) / 60;
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = rate,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromSeconds(60.0 * tokens / rate),
            AutoReplenishment = true,
            QueueLimit = 0,
        };
    }
}
