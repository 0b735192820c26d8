using Mport.Protocol.Errors;
using Mport.Protocol.Rest;

namespace Mport.Cli.Login;

/// <summary>Logs this machine in without a token: shows a code, and waits until a person has approved it in a browser.</summary>
/// <param name="edge">The edge.</param>
/// <param name="machine">What this machine is called.</param>
/// <param name="time">The clock.</param>
internal sealed class DeviceApproval(EdgeHttp edge, string machine, TimeProvider time)
{
    // What an edge may ask for at most: one that asks for more must not hold the command for hours.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(1), s_longestLogin = TimeSpan.FromMinutes(30);

    /// <summary>Goes the whole way.</summary>
    /// <param name="show">Shows the person where to go and what to compare.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Checked<DeviceTokenAnswer>> RunAsync(Action<DeviceLoginCodes> show, CancellationToken cancel)
    {
        var begun = await edge.PostAsync(
            DeviceLogin.BeginPath, new DeviceLoginRequest(machine), DeviceLoginJson.Default.DeviceLoginRequest, DeviceLoginJson.Default.DeviceLoginCodes, cancel);
        if (!begun.Ok)
        {
            return begun.Failures.ToList();
        }

        var codes = begun.Value;
        show(codes);
        var started = time.GetTimestamp();
        var left = Shorter(TimeSpan.FromSeconds(Math.Max(1, codes.ExpiresIn)), s_longestLogin);
        var pause = TimeSpan.FromSeconds(Math.Max(1, codes.Interval));
        while (time.GetElapsedTime(started) < left)
        {
            await Task.Delay(Shorter(pause, s_longestWait), time, cancel);
            var answer = await edge.PostAsync(
                DeviceLogin.TokenPath, new DeviceTokenRequest(codes.DeviceCode.Reveal()), DeviceLoginJson.Default.DeviceTokenRequest, DeviceLoginJson.Default.DeviceTokenAnswer, cancel);
            if (answer.Ok)
            {
                return answer.Value;
            }

            // A network that was away for a moment, or an edge that restarts, must not throw the person's approval away.
            var failure = answer.Failures[0];
            if (!failure.Retry)
            {
                return failure;
            }

            pause = failure.RetryAfter ?? pause;
        }

        return Failure.Of(AccountErrors.DeviceCodeInvalid, "Nobody has approved the login in time.");
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
